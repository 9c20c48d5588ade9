"""E-mails: to whom, when not and why, as one thread, by a real mail server or into the outbox."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.deliveries.queries import DeliveryFilter, list_deliveries
from api.notifications.commands.choices import mute_ticket, unsubscribe, update_notification_preferences
from api.notifications.rules.addresses import replied_ticket_id
from api.notifications.wire import ChoicePatch, PreferencesPatch, Quiet
from api.servers.processes import free_port
from api.settings import Settings
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from api.worker import Worker
from tests.acting import Acting
from tests.worlds import World

CUSTOMER = "customer@example.com"


class Postbox:
    """A mail server on loopback that refuses an address, or everything for a while."""

    def __init__(self) -> None:
        self.letters: list[tuple[Envelope, EmailMessage]] = []
        self.refused: set[str] = set()
        self.is_busy = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.is_busy:
            return "451 Try again later"
        if address in self.refused:
            return "550 No such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append((envelope, message))
        return "250 Taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for envelope, message in self.letters if address in envelope.rcpt_tos]


class Posting:
    """A world whose mail goes out at its own clock."""

    def __init__(self, db: Database, world: World, settings: Settings) -> None:
        self.db, self.world = db, world
        self.acting = Acting(db, world)
        self.worker = Worker(db, settings, self.clock)

    def clock(self) -> datetime:
        return self.world.now

    async def post(self, **later: float) -> None:
        self.world.later(**later or {"minutes": 2})
        await self.worker.drain()

    async def say(self, who: str, ticket_id: int, text: str, *, is_internal: bool = False) -> None:
        await self.acting.do(who, add_comment, ticket_id, NewComment(comment=text, is_internal=is_internal))

    async def fates(self, **wanted: Any) -> list[tuple[str, str, str | None]]:
        async with self.db.open_read(self.world.actor("admin"), self.world.now) as read:
            found = await list_deliveries(read, DeliveryFilter(channel="email", **wanted), page=1, limit=100)
        return [(row.kind, row.status, row.reason) for row in reversed(found.deliveries)]


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    box = Postbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def posting(db: Database, world: World, settings: Settings, postbox: tuple[Postbox, str]) -> Posting:
    told = {
        "smtp_url": postbox[1],
        "mail_from": "Redress <redress@redress.example>",
        "public_url": "https://help.example",
    }
    return Posting(db, world, msgspec.structs.replace(settings, **told))


@pytest.fixture
def kept(db: Database, world: World, settings: Settings) -> Posting:
    """Without a mail server."""
    return Posting(db, world, settings)


async def test_a_complaint_is_acknowledged_by_a_letter_that_machines_leave_alone(
    posting: Posting, postbox: tuple[Postbox, str]
) -> None:
    ticket_id = await posting.acting.opened(category_id=posting.world.category, subject="Grüße <b>& co\u2028")
    await posting.post()
    (letter,) = postbox[0].to(CUSTOMER)
    ticket = await posting.acting.seen("customer", ticket_id)
    assert letter["Subject"].startswith(f"[{ticket.number}] Grüße <b>& co")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None, "a receipt cannot be unsubscribed"
    assert replied_ticket_id(posting.worker.settings.secret_key, letter["Reply-To"]) == ticket_id
    assert replied_ticket_id("another key of thirty-two bytes ...", letter["Reply-To"]) is None
    html = letter.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;&amp; co" in html.get_content()
    assert f"https://help.example/complaints/{ticket.number}" in html.get_content()
    assert [kind for kind, *_ in await posting.fates(user_id=posting.world.agent)] == ["assigned"]


async def test_what_is_said_within_a_minute_is_one_letter_and_one_thread(
    posting: Posting, postbox: tuple[Postbox, str]
) -> None:
    ticket_id = await posting.acting.opened(category_id=posting.world.category)
    await posting.post()
    now = posting.world.now
    for text in ("First", "Second"):
        posting.world.now = now
        await posting.say("agent", ticket_id, text)
    await posting.say("agent", ticket_id, "Between us", is_internal=True)
    await posting.post()
    await posting.say("agent", ticket_id, "Third")
    await posting.post()
    receipt, both, third = postbox[0].to(CUSTOMER)
    text = both.get_body(("plain",))
    assert text is not None
    assert "First" in text.get_content() and "Second" in text.get_content()
    assert not any("Between us" in letter.as_string() for letter in (receipt, both, third))
    assert len({letter["References"] for letter in (receipt, both, third)}) == 1
    assert len({letter["Message-ID"] for letter in (receipt, both, third)}) == 3
    assert both["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_busy_server_is_tried_again_under_the_same_id_and_a_refusal_is_the_end(
    posting: Posting, postbox: tuple[Postbox, str]
) -> None:
    postbox[0].is_busy = True
    await posting.acting.opened()
    await posting.post()
    mine = {"user_id": posting.world.customer}
    assert await posting.fates(**mine) == [("created", "waiting", None)]
    postbox[0].is_busy = False
    postbox[0].refused = {CUSTOMER}
    await posting.post(hours=1)
    assert await posting.fates(**mine) == [("created", "dead", "refused")]


async def test_without_a_mail_server_letters_stay_in_the_outbox(
    kept: Posting,
    client: httpx.AsyncClient,
    sign_in: Callable[[str], Awaitable[dict[str, str]]],
    settings: Settings,
) -> None:
    await kept.acting.opened()
    await kept.post()
    admin = await sign_in("admin")
    outbox = (await client.get("/api/outbox", headers=admin)).json()["deliveries"]
    (row,) = [row for row in outbox if row["recipient"] == CUSTOMER]
    letter = (await client.get(f"/api/deliveries/{row['id']}", headers=admin)).json()
    assert row["status"] == "kept"
    assert "Router drops" in letter["payload"]["text"] and letter["payload"]["headers"]["To"] == CUSTOMER


async def test_every_letter_that_was_not_sent_says_why(kept: Posting) -> None:
    world, acting = kept.world, kept.acting
    ticket_id = await acting.opened(category_id=world.category)
    await kept.say("agent", ticket_id, "One")
    await acting.do("customer", mute_ticket, ticket_id, is_muted=True)
    await kept.say("agent", ticket_id, "Two")
    await acting.do("customer", mute_ticket, ticket_id, is_muted=False)
    await acting.do(
        "customer", update_notification_preferences, PreferencesPatch(quiet=Quiet(starts_at="11:00", ends_at="14:00"))
    )
    await kept.say("agent", ticket_id, "Three")
    await acting.do("customer", update_notification_preferences, PreferencesPatch(quiet=Quiet()))
    await acting.do("system", unsubscribe, world.customer, "comment_added")
    await kept.say("agent", ticket_id, "Four")
    fates = [fate for fate in await kept.fates(user_id=world.customer) if fate[0] == "comment_added"]
    assert fates == [
        ("comment_added", "waiting", None),
        ("comment_added", "suppressed", "muted"),
        ("comment_added", "suppressed", "quiet_hours"),
        ("comment_added", "suppressed", "unsubscribed"),
    ]


async def test_staff_hear_of_little_unless_they_ask_for_more(kept: Posting) -> None:
    world, acting = kept.world, kept.acting
    ticket_id = await acting.opened(category_id=world.category)
    await kept.say("customer", ticket_id, "Still broken")
    await acting.do("lead", change_status, ticket_id, StatusChange(status="pending"))
    assert [kind for kind, *_ in await kept.fates(user_id=world.agent)] == ["assigned", "customer_replied"]
    await kept.post()
    patch = PreferencesPatch(choices=[ChoicePatch(topic="status_changed", email=True, in_app=False)])
    await acting.do("agent", update_notification_preferences, patch)
    await acting.do("lead", change_status, ticket_id, StatusChange(status="resolved"))
    await acting.do("lead", change_status, ticket_id, StatusChange(status="in_progress"))
    await kept.post()
    assert ("status_changed", "kept", None) in await kept.fates(user_id=world.agent)
    async with kept.db.open_read(world.actor("agent"), world.now) as read:
        kinds = await read.values(
            "select kind from notifications where user_id = %(id)s order by id", {"id": world.agent}
        )
    assert kinds.count("status_changed") == 2, "the last one not in the app"


async def test_who_is_gone_by_then_gets_nothing(kept: Posting, database_url: str) -> None:
    await kept.acting.opened()
    with psycopg.connect(database_url) as conn:
        conn.execute("update users set is_active = false where id = %s", [kept.world.customer])
    await kept.post()
    assert await kept.fates(user_id=kept.world.customer) == [("created", "suppressed", "inactive")]


async def test_one_click_stops_one_topic_and_opening_the_link_stops_nothing(
    posting: Posting, postbox: tuple[Postbox, str], client: httpx.AsyncClient
) -> None:
    ticket_id = await posting.acting.opened(category_id=posting.world.category)
    await posting.say("agent", ticket_id, "Hello")
    await posting.post()
    link = postbox[0].to(CUSTOMER)[-1]["List-Unsubscribe"].strip("<>").removeprefix("https://help.example")
    assert (await client.get(link)).status_code == 200
    await posting.say("agent", ticket_id, "Again")
    answers = [await client.post(link, data={"List-Unsubscribe": "One-Click"}), await client.post(link[:-1] + "0x")]
    assert [answer.status_code for answer in answers] == [204, 404]
    await posting.say("agent", ticket_id, "Unheard")
    fates = await posting.fates(user_id=posting.world.customer)
    assert fates[-1] == ("comment_added", "suppressed", "unsubscribed") and ("comment_added", "waiting", None) in fates


async def test_an_administrator_changes_the_words_and_takes_them_back(
    kept: Posting, client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]]
) -> None:
    admin = await sign_in("admin")
    path = "/api/email-templates/created/en"
    words = {
        "subject": "Thanks, {{ recipient.name }}",
        "text": "{{ ticket.subject }}",
        "html": "<b>{{ ticket.subject }}</b>",
    }
    preview = (await client.post(f"{path}/preview", json=words, headers=admin)).json()
    assert preview["subject"] == "Thanks, Jane Smith"
    refused = await client.put(path, json=words | {"html": "{{ ticket.__class__.__mro__ }}"}, headers=admin)
    assert refused.status_code == 422
    assert (await client.put(path, json=words, headers=admin)).json()["is_default"] is False
    await kept.acting.opened()
    await kept.post()
    async with kept.db.open_read(kept.world.actor("admin"), kept.world.now) as read:
        payload = await read.value("select payload from deliveries where kind = 'created'")
    assert payload["headers"]["Subject"] == "Thanks, Customer" and payload["text"].strip() == "Router drops"
    assert (await client.delete(path, headers=admin)).json()["is_default"] is True


async def test_quiet_hours_follow_the_persons_own_clock(kept: Posting, database_url: str) -> None:
    acting, world = kept.acting, kept.world
    ticket_id = await acting.opened(category_id=world.category)
    with psycopg.connect(database_url) as conn:
        conn.execute("update users set time_zone = 'Asia/Tokyo' where id = %s", [world.customer])
    await acting.do(
        "customer", update_notification_preferences, PreferencesPatch(quiet=Quiet(starts_at="21:00", ends_at="06:00"))
    )
    await kept.say("agent", ticket_id, "At noon in London it is night in Tokyo")
    world.later(hours=10)
    await kept.say("agent", ticket_id, "Good morning")
    fates = await kept.fates(user_id=world.customer)
    assert [fate[2] for fate in fates if fate[0] == "comment_added"] == ["quiet_hours", None]
