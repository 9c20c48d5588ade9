"""The one log: settled rows are read once each, and what is sealed cannot be changed unseen."""

import asyncio
from collections.abc import Callable

import psycopg
import pytest

from api.actor import SYSTEM
from api.db import Database
from api.events.readers import Position, settled_after
from api.events.seal import verify
from api.sweep import seal_all
from tests.worlds import NOON

INSERT = (
    b"insert into audit_logs (occurred_at, action, entity_type, entity_id, actor_kind, visibility) "
    b"values ('2026-11-24', 'skill.created', 'skill', %s, 'system', 'internal') returning id"
)


def append(conn: psycopg.Connection, entity_id: int) -> int:
    row = conn.execute(INSERT, [entity_id]).fetchone()
    assert row is not None
    return row[0]


async def read_on(db: Database, position: Position) -> tuple[list[int], Position]:
    async with db.open_read(SYSTEM, NOON) as read:
        rows = await settled_after(read, position)
    return [row.id for row in rows], rows[-1].position if rows else position


async def test_a_transaction_that_commits_late_is_never_missed(db: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as slow, psycopg.connect(database_url) as fast:
        late = append(slow, 1)
        early = append(fast, 2)
        fast.commit()
        seen, position = await read_on(db, Position())
        assert seen == [], "nothing behind an open transaction is settled"
        slow.commit()
        await eventually(lambda: is_settled(database_url))
        seen, position = await read_on(db, position)
    assert sorted(seen) == sorted([late, early])
    assert await read_on(db, position) == ([], position)


async def test_each_settled_row_is_read_exactly_once(db: Database, database_url: str) -> None:
    ids, seen, position = [], [], Position()
    for batch in range(5):
        with psycopg.connect(database_url) as conn:
            ids += [append(conn, batch * 10 + n) for n in range(batch)]
        some, position = await read_on(db, position)
        seen += some
    await eventually(lambda: is_settled(database_url))
    some, position = await read_on(db, position)
    assert seen + some == ids


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds: other tests' transactions on the same server hold the horizon back for a moment."""
    for _ in range(600):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never held")


def is_settled(url: str) -> bool:
    with psycopg.connect(url) as conn:
        query = "select count(*) from audit_logs where tx >= pg_snapshot_xmin(pg_current_snapshot())"
        return conn.execute(query).fetchone() == (0,)


async def sealed(db: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        for n in range(10):
            append(conn, n)
    await eventually(lambda: is_settled(database_url))
    assert await seal_all(db, NOON) == 10


async def verdict(db: Database) -> str | None:
    async with db.open_read(SYSTEM, NOON) as read:
        return (await verify(read)).problem


async def test_an_untouched_log_is_whole_and_sealing_again_seals_nothing(db: Database, database_url: str) -> None:
    await sealed(db, database_url)
    assert await seal_all(db, NOON) == 0
    assert await verdict(db) is None


TAMPERINGS = {
    "update audit_logs set entity_id = 99 where entity_id = 4": "was changed",
    "update audit_logs set occurred_at = occurred_at + interval '1 second' where entity_id = 4": "was changed",
    "delete from audit_logs where entity_id = 4": "was removed",
    "update audit_seals set sha256 = sha256('x')": "was altered",
}


@pytest.mark.parametrize("statement", list(TAMPERINGS))
async def test_the_first_row_that_was_tampered_with_is_named(
    db: Database, database_url: str, superuser_url: str, statement: str
) -> None:
    await sealed(db, database_url)
    with psycopg.connect(database_url) as conn:
        (row_id,) = conn.execute("select id from audit_logs where entity_id = 4").fetchone() or (0,)
    tamper(superuser_url, statement)
    found = await verdict(db)
    assert found is not None
    assert TAMPERINGS[statement] in found
    assert "audit_seals" in statement or f"Row {row_id} " in found


async def test_a_row_slipped_in_under_a_seal_is_named(db: Database, database_url: str, superuser_url: str) -> None:
    await sealed(db, database_url)
    tamper(
        superuser_url,
        "insert into audit_logs (id, tx, occurred_at, action, entity_type, actor_kind, visibility) overriding system value "
        "select 0, max(tx), min(occurred_at), 'skill.created', 'skill', 'system', 'internal' from audit_logs",
    )
    assert await verdict(db) is not None
    assert "Row 0 was slipped into the log" in (await verdict(db) or "")


async def test_rows_whose_seals_are_gone_count_as_unsealed(db: Database, database_url: str, superuser_url: str) -> None:
    await sealed(db, database_url)
    tamper(superuser_url, "delete from audit_seals")
    async with db.open_read(SYSTEM, NOON) as read:
        assert (await verify(read)).unsealed == 10


def tamper(superuser_url: str, statement: str) -> None:
    """Change the log as only a superuser can: with the triggers off."""
    with psycopg.connect(superuser_url) as conn:
        conn.execute("set session_replication_role = replica")
        conn.execute(statement.encode())
