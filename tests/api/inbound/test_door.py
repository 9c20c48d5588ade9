"""Mails at the HTTP door: whose they are, what they answer, and why they are refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from api.attachments.storage import Storage, open_storage
from api.clock import Clock
from api.db import Database
from api.inbound.take import take
from api.inbound.wire import Fate
from api.installation.commands import update_settings
from api.installation.rules import InstallationPatch
from api.notifications.rules.addresses import reply_address
from api.reactions import openings_of
from api.settings import Settings
from api.tickets.commands.merge import merge_ticket
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.acting import Acting
from tests.api.inbound.messages import CUSTOMER, NASTY, PNG, mail, with_files
from tests.worlds import World

DOMAIN = "redress.example"
AUTHENTIC = f"mx.{DOMAIN}; dmarc=pass header.from=example.com"


class Door(Acting):
    """Mails handed in at the world's own clock."""

    def __init__(self, db: Database, world: World, settings: Settings) -> None:
        super().__init__(db, world)
        self.settings = msgspec.structs.replace(settings, mail_from=f"Redress <redress@{DOMAIN}>")
        self.storage: Storage = open_storage(settings)
        self.clock: Clock = lambda: world.now
        self.openings = openings_of(db, world.actor("admin"), self.clock)
        self.count = 0

    async def take(self, raw: bytes) -> Fate:
        return await take(self.openings, self.storage, self.settings, raw)

    async def get(self, text: str = "Hello", **headers: str | None) -> Fate:
        """A mail of its own id."""
        self.count += 1
        return await self.take(mail(text, **({"message_id": f"<m{self.count}@example.com>"} | headers)))

    def address(self, ticket_id: int) -> str:
        return reply_address(self.settings.secret_key, ticket_id, DOMAIN)

    async def set(self, **values: Any) -> None:
        await self.do("admin", update_settings, InstallationPatch(**values))


@pytest.fixture
def door(db: Database, world: World, settings: Settings) -> Door:
    return Door(db, world, settings)


async def test_a_mail_opens_a_ticket_of_its_sender(door: Door) -> None:
    fate = await door.take(mail("It drops.\n\n-- \nJörg", subject="=?utf-8?q?Stra=C3=9Fe?="))
    assert (fate.fate, fate.reason) == ("ticket", None)
    ticket = await door.seen("customer", fate.ticket_id or 0)
    assert (ticket.subject, ticket.source, ticket.customer.id) == ("Straße", "email", door.world.customer)
    assert ticket.description == "It drops.\n\n-- \nJörg", "a complaint is kept whole"


async def test_the_same_mail_again_has_the_same_fate(door: Door) -> None:
    first = await door.take(mail())
    assert await door.take(mail("Changed on the way")) == first
    assert await door.take(mail()) == first


async def test_the_same_mail_twice_at_once_is_one_ticket(door: Door, owner_url: str) -> None:
    fates = await asyncio.gather(*(door.take(with_files(("a.png", "image/png", PNG))) for _ in range(4)))
    assert len({fate.ticket_id for fate in fates}) == 1
    with psycopg.connect(owner_url) as conn:
        counts = conn.execute("select (select count(*) from tickets), (select count(*) from attachments)").fetchone()
    assert counts == (1, 1)


async def test_files_are_kept_and_what_is_not_taken_is_named(door: Door) -> None:
    raw = with_files(
        ("pixel.png", "image/png", PNG),
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22\x00\x01"),
        ("page.html", "text/html", b"<html><script>alert(1)</script></html>"),
    )
    fate = await door.take(raw)
    ticket = await door.seen("customer", fate.ticket_id or 0)
    assert [file.name for file in ticket.attachments] == ["pixel.png"]
    assert ticket.description == "It drops every night.\n\n(Not taken: winmail.dat, page.html)"


async def test_a_mail_longer_than_a_comment_keeps_its_words_as_a_file(door: Door) -> None:
    fate = await door.get("word " * 10_000)
    ticket = await door.seen("customer", fate.ticket_id or 0)
    assert len(ticket.description) <= 20_000
    assert [(file.name, file.size_bytes) for file in ticket.attachments] == [("message.txt", 49_999)]


@pytest.mark.parametrize("what", NASTY)
async def test_nothing_in_a_mail_is_an_error(door: Door, what: str) -> None:
    fate = await door.take(NASTY[what][0])
    assert fate.fate in ("ticket", "refused")


async def test_an_answer_lands_on_its_ticket_by_the_signed_address(door: Door) -> None:
    ticket_id = await door.opened()
    await door.do("admin", change_status, ticket_id, StatusChange(status="pending"))
    fate = await door.get("Done.\n\nOn Tue, Redress <r@x.com> wrote:\n> Did you?", to=door.address(ticket_id).upper())
    assert (fate.fate, fate.ticket_id) == ("comment", ticket_id)
    ticket = await door.seen("customer", ticket_id)
    assert ticket.comments[-1].body == "Done."
    assert ticket.status == "in_progress", "the customer's answer moves a waiting ticket on"


async def test_a_forged_reply_address_is_no_key_to_a_ticket(door: Door) -> None:
    ticket_id = await door.opened()
    forged = f"reply+{ticket_id}.{'0' * 20}@{DOMAIN}"
    fate = await door.get(to=forged, references=f"<ticket-{ticket_id}@{DOMAIN}>")
    assert (fate.fate, fate.ticket_id != ticket_id) == ("ticket", True)


async def test_a_true_reply_address_in_a_strangers_hand_opens_a_ticket_of_the_strangers(door: Door) -> None:
    ticket_id = await door.opened()
    fate = await door.get(to=door.address(ticket_id), **{"from": "other_customer@example.com"})
    assert (fate.fate, fate.ticket_id != ticket_id) == ("ticket", True)
    assert len((await door.seen("customer", ticket_id)).comments) == 0


async def test_an_answer_lands_by_the_mails_it_names(door: Door) -> None:
    first = await door.get()
    second = await door.get("More", references="<unknown@example.com> <m1@example.com>")
    third = await door.get("Even more", in_reply_to="<m2@example.com>")
    assert {first.ticket_id, second.ticket_id, third.ticket_id} == {first.ticket_id}
    assert third.fate == "comment"


async def test_an_answer_to_a_merged_ticket_lands_where_it_lives_on(door: Door) -> None:
    source, target = await door.opened(), await door.opened()
    await door.do("admin", merge_ticket, source, target)
    fate = await door.get(to=door.address(source))
    assert (fate.fate, fate.ticket_id) == ("comment", target)


async def test_a_closed_ticket_is_reopened_within_its_window_and_followed_by_another_after_it(
    door: Door, owner_url: str
) -> None:
    ticket_id = await door.opened()
    await door.do("admin", change_status, ticket_id, StatusChange(status="closed"))
    fate = await door.get("Not solved", to=door.address(ticket_id))
    assert fate.ticket_id == ticket_id
    ticket = await door.seen("customer", ticket_id)
    assert (ticket.status, ticket.reopen_count) == ("in_progress", 1)
    await door.do("admin", change_status, ticket_id, StatusChange(status="closed"))
    door.world.later(days=15)
    late = await door.get("Again", to=door.address(ticket_id))
    assert (late.fate, late.ticket_id != ticket_id) == ("ticket", True)
    with psycopg.connect(owner_url) as conn:
        links = conn.execute("select from_ticket_id, to_ticket_id, kind from ticket_links").fetchall()
    assert links == [(late.ticket_id, ticket_id, "related")]


async def test_a_stranger_becomes_a_customer_or_is_refused_as_the_installation_says(door: Door, owner_url: str) -> None:
    fate = await door.get(**{"from": "=?utf-8?q?Zo=C3=AB?= <Zoe@Example.org>"})
    assert fate.fate == "ticket"
    with psycopg.connect(owner_url) as conn:
        person = "select name, role, password_hash from users where email = 'zoe@example.org'"
        assert conn.execute(person).fetchone() == ("Zoë", "customer", None)
    await door.set(inbound_unknown_sender="refuse")
    assert (await door.get(**{"from": "stranger@example.org"})).reason == "unknown_sender"


async def test_twenty_mails_an_hour_are_enough(door: Door) -> None:
    fates = [await door.get() for _ in range(22)]
    assert [fate.reason for fate in fates] == [None] * 20 + ["too_many"] * 2
    assert (await door.get(**{"from": "other_customer@example.com"})).fate == "ticket", "others go on"
    door.world.later(minutes=61)
    assert (await door.get()).fate == "ticket"


async def test_staff_is_believed_when_dmarc_passed_and_speaks_inside(door: Door) -> None:
    ticket_id = await door.opened(category_id=door.world.category)
    agent = {"from": "agent@example.com", "to": door.address(ticket_id)}
    assert (await door.get(**agent)).reason == "staff_unverified"
    await door.set(inbound_authserv_id=f"mx.{DOMAIN}")
    fate = await door.get("Look here", **agent, authentication_results=AUTHENTIC)
    assert (fate.fate, fate.ticket_id) == ("comment", ticket_id)
    (comment,) = (await door.seen("agent", ticket_id)).comments
    assert (comment.is_internal, comment.author.id) == (True, door.world.agent)
    alone = await door.get("Look there", **{"from": "agent@example.com"}, authentication_results=AUTHENTIC)
    assert alone.reason == "no_ticket"


async def test_a_mail_that_failed_dmarc_is_refused(door: Door) -> None:
    await door.set(inbound_authserv_id=f"mx.{DOMAIN}")
    assert (await door.get(authentication_results=f"mx.{DOMAIN}; dmarc=fail")).reason == "dmarc_failed"
    assert (await door.get(authentication_results="evil.example; dmarc=fail")).fate == "ticket"


async def test_out_of_office_and_bounces_are_refused_and_seen(
    door: Door, client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]]
) -> None:
    ticket_id = await door.opened()
    away = await door.get("I am away", to=door.address(ticket_id), auto_submitted="auto-replied")
    bounced = await door.get("Not there", to=door.address(ticket_id), return_path="<>")
    assert (away.reason, bounced.reason) == ("auto_submitted", "null_sender")
    found = await client.get("/api/inbound/messages?fate=refused", headers=await sign_in("admin"))
    assert [(row["sender"], row["reason"]) for row in found.json()["messages"]] == [
        (CUSTOMER, "null_sender"),
        (CUSTOMER, "auto_submitted"),
    ]


async def test_the_door_takes_a_token_of_its_own_scope_and_no_other(
    client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]]
) -> None:
    admin = await sign_in("admin")
    tokens: dict[str, dict[str, str]] = {}
    for scope in ("mail:deliver", "ticket:read"):
        made = await client.post("/api/auth/tokens", json={"name": scope, "scopes": [scope]}, headers=admin)
        tokens[scope] = {"Authorization": f"Bearer {made.json()['token']}"}
    headers = tokens["mail:deliver"] | {"Content-Type": "message/rfc822"}
    answer = await client.post("/api/inbound/mail", content=mail(), headers=headers)
    assert (answer.status_code, answer.json()["fate"]) == (201, "ticket")
    assert (await client.post("/api/inbound/mail", content=mail(), headers=tokens["ticket:read"])).status_code == 403
    assert (await client.get("/api/tickets", headers=tokens["mail:deliver"])).status_code == 403
    assert (await client.post("/api/inbound/mail", content=mail())).status_code == 401
    huge = await client.post("/api/inbound/mail", content=b"a" * 41_000_000, headers=headers)
    assert huge.status_code == 413


async def test_what_a_reply_quoted_is_kept_for_staff(
    door: Door, client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]]
) -> None:
    ticket_id = await door.opened(category_id=door.world.category)
    fate = await door.get("Done.\n\n> Did you?", to=door.address(ticket_id))
    found = await client.get(f"/api/inbound/comments/{fate.comment_id}/text", headers=await sign_in("agent"))
    assert found.json() == {"text": "Done.\n\n> Did you?"}
