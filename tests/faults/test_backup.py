"""A backup made while everybody writes becomes the same installation elsewhere; a damaged one touches nothing."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import msgspec
import polars as pl
import psycopg
import pytest

from api.actor import SYSTEM
from api.backup.archive import Unreadable, check, make_key
from api.backup.restore import check_empty
from api.backup.save import save
from api.clock import now
from api.db import Database
from api.events.seal import verify
from api.servers.postgres import start_postgres
from api.servers.processes import StartError, stop
from api.servers.stores import Known, read
from api.settings import Settings, load
from api.sweep import seal_all
from tests.api.attachments.files import PDF
from tests.api.servers.conftest import made_home
from tests.replay import assert_log_is_the_state
from tests.serving import ROOT
from tests.worlds import World

pytestmark = pytest.mark.xdist_group("servers")
BEFORE = 8
SPENT = 30_000
"""Ids of transactions that the old server has used up, and a new one has not."""


@pytest.fixture
def settings(warehouse_settings: Settings) -> Settings:
    return warehouse_settings


async def test_a_backup_made_while_writing_is_the_same_installation_elsewhere(
    settings: Settings,
    client: httpx.AsyncClient,
    sign_in: Callable[[str], Awaitable[dict[str, str]]],
    db: Database,
    world: World,
    tmp_path: Path,
) -> None:
    spend_transactions(settings.owner_url)
    fill_warehouse(settings)
    settings = msgspec.structs.replace(settings, backup_recipient=make_key(tmp_path / "key"))
    headers = await sign_in("customer")
    opened: list[int] = []
    is_begun, is_over = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        while not is_over.is_set():
            answer = await client.post("/api/tickets", json={"subject": "Router", "description": "x"}, headers=headers)
            ticket_id = answer.json()["id"]
            files = [("files", ("bill.pdf", PDF, "application/pdf"))]
            sent = await client.post(f"/api/tickets/{ticket_id}/attachments", files=files, headers=headers)
            assert sent.status_code == 201, sent.text
            opened.append(ticket_id)
            if len(opened) == BEFORE:
                is_begun.set()

    async def back_up() -> set[int]:
        await is_begun.wait()
        await seal_all(db, world.now)
        before = set(opened)
        await asyncio.to_thread(save, settings, tmp_path / "backup", now())
        is_over.set()
        return before

    before, *_ = await asyncio.gather(back_up(), write(), write())
    assert len(opened) > len(before), "somebody wrote meanwhile"

    with pytest.raises(Unreadable, match="--identity"):
        check(tmp_path / "backup", None)
    with made_home() as elsewhere:
        said = restored(elsewhere, tmp_path / "backup", "--identity", str(tmp_path / "key"))
        assert said.returncode == 0, said.stdout + said.stderr
        assert "off" not in said.stdout
        await assert_it_goes_on(elsewhere, before, settings)


async def test_a_damaged_or_unfinished_backup_is_refused_before_anything_is_touched(
    settings: Settings, world: World, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    save(settings, whole, world.now)
    content = whole.read_bytes()
    assert b"a key of tests" not in content, "an open file holds no keys"
    middle = len(content) // 2
    damaged, cut = tmp_path / "damaged", tmp_path / "cut"
    damaged.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    cut.write_bytes(content[:middle])
    for path in (damaged, cut, ROOT / "README.md"):
        with pytest.raises(Unreadable):
            check(path, None)
    with made_home() as home:
        assert restored(home, damaged).returncode == 1
        assert list(home.iterdir()) == []


def restored(home: Path, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli.main", "restore", "--home", str(home), str(file), *options],
        cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


async def assert_it_goes_on(home: Path, before: set[int], old: Settings) -> None:
    """What was answered before the backup is there, the log is the state, and new events come after the old ones."""
    new = load({}, home)
    assert new.secret_key == old.secret_key
    server = msgspec.convert(read(home), Known, strict=False).postgres
    assert server is not None
    child = start_postgres(home, server)
    try:
        with psycopg.connect(new.owner_url) as conn:
            assert before <= {row[0] for row in conn.execute("select id from tickets")}
            newest = conn.execute("select max(tx)::text::bigint from audit_logs").fetchone()
            assert newest is not None and newest[0] > SPENT
        with psycopg.connect(new.warehouse_url) as conn:
            assert conn.execute("select * from kept.numbers").fetchall() == [(7,)]
        with pytest.raises(StartError, match="holds tables"):
            check_empty(new)
        assert_log_is_the_state(new.database_url)
        db = Database(new.database_url, 2)
        await db.open()
        assert await seal_all(db, now()) > 0, "what came after the last seal is settled"
        async with db.open_read(SYSTEM, now()) as handle:
            verdict = await verify(handle)
        await db.close()
        assert (verdict.problem, verdict.unsealed) == (None, 0)
    finally:
        stop(child)


def spend_transactions(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            f"do $$ begin for n in 1..{SPENT} loop perform pg_current_xact_id(); commit; end loop; end $$".encode()
        )


def fill_warehouse(settings: Settings) -> None:
    """A table, and a lake of one published mart."""
    with psycopg.connect(settings.warehouse_url) as conn:
        conn.execute("create schema kept create table numbers (n int)")
        conn.execute("insert into kept.numbers values (7)")
    pl.DataFrame({"n": [1, 2, 3]}).write_delta(f"{settings.lake}/fct_numbers")
    pl.DataFrame({"name": ["fct_numbers"], "version": [0], "row_count": [3]}).write_delta(f"{settings.lake}/_meta")
