"""There and back by real servers: SMTP out, IMAP in, and the answer to the answer on the same ticket."""

import imaplib
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.inbound.collect import collect
from api.servers.processes import free_port
from api.settings import Settings
from api.worker import Worker
from tests.api.inbound.messages import CUSTOMER, NASTY, mail
from tests.api.inbound.test_door import DOMAIN, Door
from tests.worlds import World

USER, PASSWORD = "desk", "a password"


class Postbox:
    """What a mail server on loopback was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append((envelope.rcpt_tos, message))
        return "250 Taken"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipients, message in self.letters if address in recipients]


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


class Imap:
    """A mailbox on a real IMAP server, and how mails get into it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/INBOX"

    def _open(self) -> imaplib.IMAP4:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=5)
        server.login(USER, PASSWORD)
        return server

    def wait(self) -> None:
        for _ in range(150):
            try:
                self._open().logout()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the IMAP server did not start")

    def put(self, *mails: bytes) -> None:
        server = self._open()
        for raw in mails:
            assert server.append("INBOX", "", "", raw)[0] == "OK"
        server.logout()

    def unseen(self) -> int:
        server = self._open()
        server.select("INBOX")
        found = server.search(None, "UNSEEN")[1][0]
        server.logout()
        return len(found.split())


@pytest.fixture
def imap() -> Generator[Imap]:
    port = free_port()
    pymap = Path(sys.executable).parent / "pymap"
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "managesieve"]
    process = subprocess.Popen(
        [pymap, *options, "dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    box = Imap(port)
    try:
        box.wait()
        yield box
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def door(db: Database, world: World, settings: Settings, postbox: tuple[Postbox, str], imap: Imap) -> Door:
    return Door(db, world, msgspec.structs.replace(settings, smtp_url=postbox[1], imap_url=imap.url))


async def collected(door: Door) -> int:
    return await collect(door.openings, door.storage, door.settings)


def answer_to(letter: EmailMessage, text: str, message_id: str) -> bytes:
    """What a mail program makes of "reply"."""
    quoted = letter.get_body(("plain",))
    assert quoted is not None
    lines = "\n".join(f"> {line}" for line in quoted.get_content().splitlines())
    return mail(
        f"{text}\n\nOn Tue, Nov 24, 2026 at 12:00, {letter['From']} wrote:\n{lines}\n",
        to=letter["Reply-To"],
        subject=f"Re: {letter['Subject']}",
        message_id=message_id,
        in_reply_to=letter["Message-ID"],
        references=f"{letter['References']} {letter['Message-ID']}",
    )


async def test_the_answer_to_the_answer_lands_on_the_same_ticket(
    door: Door, postbox: tuple[Postbox, str], imap: Imap
) -> None:
    while await collected(door):
        """What the server's demonstration brings along."""
    imap.put(mail("It drops every night."))
    assert await collected(door) == 1
    fate = await door.get(message_id="<one@example.com>")
    assert fate.fate == "ticket"
    ticket_id = fate.ticket_id or 0

    worker = Worker(door.db, door.settings, door.clock)
    await door.do("admin", add_comment, ticket_id, NewComment(comment="Did you switch it off and on?"))
    door.world.later(minutes=5)
    await worker.drain()
    answer = next(letter for letter in reversed(postbox[0].to(CUSTOMER)) if "switch it off" in str(letter))

    imap.put(answer_to(answer, "I did. It drops still.", "<two@example.com>"))
    assert await collected(door) == 1
    ticket = await door.seen("customer", ticket_id)
    assert [comment.body for comment in ticket.comments] == ["Did you switch it off and on?", "I did. It drops still."]
    assert imap.unseen() == 0
    assert await collected(door) == 0

    by_reference = answer_to(answer, "And now it burns.", "<three@example.com>").replace(
        answer["Reply-To"].encode(), f"redress@{DOMAIN}".encode()
    )
    assert (await door.take(by_reference)).ticket_id == ticket_id, "the ids of our own mails lead there as well"


async def test_a_mailbox_is_emptied_whatever_is_in_it(door: Door, imap: Imap) -> None:
    while await collected(door):
        """What the server's demonstration brings along."""
    imap.put(
        mail(message_id="<a@example.com>"), NASTY["no boundary"][0], mail("x" * 400_000, message_id="<b@example.com>")
    )
    assert await collect(door.openings, door.storage, door.settings, max_bytes=300_000) == 3
    assert imap.unseen() == 0
    async with door.openings.read() as read:
        reasons = await read.values("select reason from inbound_messages order by id desc limit 3")
    assert reasons == ["too_large", None, None]


async def test_a_mailbox_that_is_away_raises_and_takes_nothing(door: Door) -> None:
    door.settings = msgspec.structs.replace(door.settings, imap_url="imap://a:b@127.0.0.1:1")
    with pytest.raises(OSError):
        await collected(door)
