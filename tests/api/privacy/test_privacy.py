"""Domain §13: what is held about people is given to them, erased when they ask, and forgotten when its time is over."""

import io
from collections.abc import Awaitable, Callable
from typing import Any
from zipfile import ZipFile

import httpx
import msgspec
import psycopg
import pytest

from api.actor import SYSTEM
from api.attachments.sweep import remove_leftovers
from api.conversation.commands import add_comment, edit_comment, save_draft
from api.conversation.wire import DraftText, NewComment
from api.db import Database
from api.errors import Conflict, Forbidden, Invalid
from api.events.seal import seal, verify
from api.people.commands.users import update_user
from api.people.wire import UserPatch
from api.privacy.commands.erase import erase_person
from api.privacy.queries.due import is_retention_overdue, list_retention
from api.privacy.rules import ERASED
from api.privacy.wire import Erasure
from api.settings import Settings
from api.sweep import sweep
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from api.worker import Worker
from tests.api.inbound.messages import PNG, with_files
from tests.api.inbound.test_door import Door
from tests.replay import assert_log_is_the_state
from tests.worlds import World

WORD = "Quetzalcoatl"
"""Stands in everything the person wrote, and nowhere else."""
ADDRESS = "Quetzalcoatl.Person@example.org"
CONFIRMED = Erasure(confirmation=ADDRESS)

Headers = Callable[[str], Awaitable[dict[str, str]]]


@pytest.fixture
def door(db: Database, world: World, settings: Settings) -> Door:
    return Door(db, world, settings)


@pytest.fixture
async def person(door: Door, owner_url: str) -> int:
    """Somebody with a ticket in two mails, a file, comments of both sides, an edit, a draft, a session and letters."""
    fate = await door.take(
        with_files(
            (f"{WORD}.png", "image/png", PNG),
            ("words.txt", "text/plain", f"Dear {WORD}".encode()),
            subject=f"The case of {WORD}",
            message_id=f"<{WORD}@example.org>",
            **{"from": f"{WORD} <{ADDRESS}>"},
        )
    )
    ticket_id = fate.ticket_id or 0
    await door.get(f"I am {WORD}.\n\n> You are {WORD}?", to=door.address(ticket_id), **{"from": f"{WORD} <{ADDRESS}>"})
    await door.get("Away", auto_submitted="auto-replied", subject=WORD, **{"from": f"{WORD} <{ADDRESS}>"})
    said = await door.do("admin", add_comment, ticket_id, NewComment(comment=f"Hello {WORD}, wait."))
    await door.do("admin", edit_comment, said, f"Hello {WORD}.")
    await door.do("admin", add_comment, ticket_id, NewComment(comment=f"{WORD} again", is_internal=True))
    await door.do("admin", save_draft, ticket_id, "reply", DraftText(body=f"Dear {WORD}"))
    other = await door.opened()
    await door.do("admin", add_comment, other, NewComment(comment="Not about anybody"))
    door.world.later(minutes=5)
    await Worker(door.db, door.settings, door.clock).drain()
    with psycopg.connect(owner_url) as conn:
        row = conn.execute("select customer_id from tickets where id = %s", [ticket_id]).fetchone()
        assert row is not None
        conn.execute("insert into csat_ratings values (%s, 1, %s, now(), now())", [ticket_id, f"{WORD} is not amused"])
        conn.execute(
            "insert into custom_fields (key, name, type, position, created_at)"
            " values ('serial', 'Serial', 'text', 1, now())"
        )
        return int(row[0])


def found_in(url: str, *words: str) -> set[str]:
    """Tables in which one of the words stands, in whatever column, case and encoding."""
    with psycopg.connect(url) as conn:
        tables = [
            name
            for (name,) in conn.execute(
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where c.relkind in ('r', 'p') and n.nspname = 'public'"
            )
        ]
        return {
            table
            for table in tables
            for word in words
            if conn.execute(
                f"select exists (select from {table} t where t::text ilike %s or t::text ilike %s)".encode(),
                [f"%{word}%", f"%{word.encode().hex()}%"],
            ).fetchone()
            == (True,)
        }


def files_with(door: Door, *needles: bytes) -> list[str]:
    folder = door.storage.local
    assert folder is not None
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


async def test_of_an_erased_person_no_word_is_left_anywhere(
    door: Door, person: int, owner_url: str, settings: Settings
) -> None:
    before = found_in(owner_url, WORD, ADDRESS)
    assert {"users", "tickets", "comments", "comment_edits", "drafts", "deliveries", "inbound_messages"} <= before
    assert {"csat_ratings", "attachments", "ticket_documents"} <= before
    assert files_with(door, WORD.encode(), PNG)

    erased = await door.do("admin", erase_person, person, CONFIRMED)
    assert (erased.tickets, erased.comments, erased.attachments, erased.mails) == (1, 3, 2, 3)
    await remove_leftovers(door.openings, door.storage)
    assert found_in(owner_url, WORD, ADDRESS) == set()
    assert files_with(door, WORD.encode(), PNG) == []


async def test_an_erased_person_keeps_key_times_and_measures_and_the_log_stays_whole(
    door: Door, person: int, owner_url: str
) -> None:
    counted = """
        select (select count(*) from users), (select count(*) from tickets), (select count(*) from comments),
               (select count(*) from sla_clocks), (select sum(score) from csat_ratings),
               (select max(created_at) from tickets), (select count(*) from inbound_messages)
    """
    with psycopg.connect(owner_url) as conn:
        before = conn.execute(counted).fetchone()
        salt = conn.execute("select salt from tickets where customer_id = %s", [person]).fetchone()
    await door.do("system", seal)
    await door.do("admin", erase_person, person, CONFIRMED)
    with psycopg.connect(owner_url) as conn:
        assert conn.execute(counted).fetchone() == before
        subject, now_salt = conn.execute(
            "select subject, salt from tickets where customer_id = %s", [person]
        ).fetchone() or ("", b"")
        assert subject == ERASED
        assert (now_salt,) != salt, "without its salt a hash in the log means nothing"
        told = conn.execute(
            "select entity_id, new_values ->> 'comments' from audit_logs where action = 'person.erased'"
        )
        assert told.fetchall() == [(person, "3")]
    assert_log_is_the_state(owner_url)
    await door.do("system", seal)
    async with door.db.open_read(door.world.actor("system"), door.world.now) as read:
        assert (await verify(read)).problem is None


async def test_what_is_erased_is_not_sent_and_not_found(door: Door, person: int, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        ticket_id = (conn.execute("select id from tickets where customer_id = %s", [person]).fetchone() or (0,))[0]
    await door.do("admin", add_comment, ticket_id, NewComment(comment="One more thing"))
    await door.do("admin", erase_person, person, CONFIRMED)
    with psycopg.connect(owner_url) as conn:
        waiting = conn.execute(
            "select count(*) from deliveries where status = 'waiting' and ticket_id = %s", [ticket_id]
        )
        assert waiting.fetchone() == (0,)
        assert conn.execute("select is_active, password_hash from users where id = %s", [person]).fetchone() == (
            False,
            None,
        )


async def test_custom_fields_lose_their_words_and_keep_the_rest(door: Door, person: int, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        conn.execute("update custom_fields set type = 'text' where key = 'serial'")
        attributes = msgspec.json.encode({"serial": WORD, "floor": 3}).decode()
        conn.execute("update tickets set custom_attributes = %s where customer_id = %s", [attributes, person])
    await door.do("admin", erase_person, person, CONFIRMED)
    with psycopg.connect(owner_url) as conn:
        kept = conn.execute("select custom_attributes from tickets where customer_id = %s", [person]).fetchone()
    assert kept == ({"floor": 3},)
    assert_log_is_the_state(owner_url)


async def test_erasing_is_typed_and_happens_once(door: Door, person: int) -> None:
    with pytest.raises(Invalid):
        await door.do("admin", erase_person, person, Erasure(confirmation="yes"))
    with pytest.raises(Forbidden):
        await door.do("admin", erase_person, door.world.admin, Erasure(confirmation="admin@example.com"))
    with pytest.raises(Conflict):
        await door.do("admin", erase_person, door.world.agent, Erasure(confirmation="agent@example.com"))
    await door.do("admin", erase_person, person, CONFIRMED)
    with pytest.raises(Conflict):
        await door.do("admin", erase_person, person, CONFIRMED)


async def test_staff_is_erased_once_it_has_left(door: Door, person: int, owner_url: str) -> None:
    ticket_id = await door.opened(category_id=door.world.category)
    await door.do("agent", add_comment, ticket_id, NewComment(comment="Kind regards, Xochipilli", is_internal=True))
    await door.do("admin", update_user, door.world.agent, UserPatch(is_active=False, reassign_to=None))
    await door.do("admin", erase_person, door.world.agent, Erasure(confirmation="agent@example.com"))
    assert found_in(owner_url, "Xochipilli", "agent@example.com") == set()
    ticket = await door.seen("customer", ticket_id)
    assert ticket.subject == "Router drops", "the customer's own words stay"


async def test_an_export_holds_all_that_erasure_takes(
    door: Door, person: int, client: httpx.AsyncClient, sign_in: Headers
) -> None:
    answer = await client.post(f"/api/users/{person}/export", headers=await sign_in("admin"))
    path = "/api" + answer.json()["url"].partition("/api")[2]
    download = await client.get(path)
    assert download.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(download.content)) as zipped:
        assert zipped.testzip() is None
        held: dict[str, Any] = {
            name.removesuffix(".json"): msgspec.json.decode(zipped.read(name))
            for name in zipped.namelist()
            if not name.startswith("files/")
        }
        files = {name.partition("-")[2]: zipped.read(name) for name in zipped.namelist() if name.startswith("files/")}
    assert held["person"][0]["email"] == ADDRESS.lower()
    assert held["tickets"][0]["subject"] == f"The case of {WORD}"
    assert [row["body"] for row in held["comments"]] == [f"I am {WORD}.", f"Hello {WORD}."], "no internal notes"
    assert held["ratings"][0]["comment"] == f"{WORD} is not amused"
    assert len(held["mails"]) == 3 and held["deliveries"] and held["events"]
    assert files == {f"{WORD}.png": PNG, "words.txt": f"Dear {WORD}".encode()}
    assert held["files_not_read"] == []
    assert b"password" not in download.content

    door.world.later(hours=25)
    assert (await client.get(path)).status_code == 404, "a link is over after a day"


async def test_one_exports_oneself_and_nobody_else(client: httpx.AsyncClient, sign_in: Headers, world: World) -> None:
    headers = await sign_in("customer")
    assert (await client.post(f"/api/users/{world.customer}/export", headers=headers)).status_code == 201
    assert (await client.post(f"/api/users/{world.other_customer}/export", headers=headers)).status_code == 404
    assert (await client.get(f"/api/privacy/exports/{'A' * 43}")).status_code == 404


async def test_retention_forgets_what_its_dry_run_counts(door: Door, person: int, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        ticket_id = (conn.execute("select id from tickets where customer_id = %s", [person]).fetchone() or (0,))[0]
    await door.do("admin", change_status, ticket_id, StatusChange(status="closed"))
    door.world.later(days=400)
    assert (await due(door))["closed_tickets"] == 0, "kept for ever unless a setting says otherwise"
    await door.set(retention_closed_tickets_days=365)
    counted = await due(door)
    assert (counted["closed_tickets"], counted["mails"]) == (1, 3)
    assert await due(door) == counted, "asking forgets nothing"

    assert await is_overdue(door), "it starts a sweep by itself"
    result = await sweep(door.db, door.world.now)
    assert result.is_complete
    assert (result.done["erased_tickets"], result.done["forgotten_mails"]) == (1, 3)
    assert [kind for kind, count in (await due(door)).items() if count] == []
    assert not await is_overdue(door)
    assert found_in(owner_url, WORD) == {"users"}, "the person is still a customer"
    assert_log_is_the_state(owner_url)


async def test_files_of_closed_tickets_go_before_their_words(door: Door, person: int, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        ticket_id = (conn.execute("select id from tickets where customer_id = %s", [person]).fetchone() or (0,))[0]
    await door.do("admin", change_status, ticket_id, StatusChange(status="closed"))
    await door.set(retention_attachments_days=30)
    door.world.later(days=29)
    assert (await due(door))["attachments"] == 0
    door.world.later(days=2)
    assert (await due(door))["attachments"] == 2
    assert (await sweep(door.db, door.world.now)).done["dropped_files"] == 2
    await remove_leftovers(door.openings, door.storage)
    assert files_with(door, PNG) == []
    assert WORD in (await door.seen("admin", ticket_id)).subject


async def is_overdue(door: Door) -> bool:
    async with door.db.open_read(SYSTEM, door.world.now) as read:
        return await is_retention_overdue(read)


async def due(door: Door) -> dict[str, int]:
    async with door.db.open_read(door.world.actor("admin"), door.world.now) as read:
        return {row.kind: row.due for row in await list_retention(read)}
