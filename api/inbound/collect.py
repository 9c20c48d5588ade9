"""Read a mailbox by IMAP: every unseen message is taken like one from the HTTP door, then marked as seen."""

import asyncio
import imaplib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import unquote, urlsplit

import psycopg

from api import log
from api.attachments.storage import Storage
from api.errors import InsufficientStorage, Problem
from api.events.openings import Openings
from api.inbound.take import MAX_MESSAGE_BYTES, refuse, take
from api.inbound.wire import Fate
from api.settings import Settings
from api.tasks import end

POLL_SECONDS = 30
TIMEOUT_SECONDS = 30
BATCH = 20
"""Messages of one connection; more of them wait for the next one, which comes at once."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_log = log.get("inbound")


class Mailbox:
    """One connection, used from a thread. `imap://user:password@host:143/Folder`, `imaps://…:993`; INBOX by default."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "imaps":
            self._server = imaplib.IMAP4_SSL(host, parts.port or 993, timeout=TIMEOUT_SECONDS)
        else:
            self._server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_SECONDS)
            if "STARTTLS" in self._server.capabilities:
                self._server.starttls()
        self._server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        status, answer = self._server.select(f'"{folder}"')
        if status != "OK":
            raise OSError(f"There is no folder {folder!r}: {answer!r}")

    def unseen(self) -> list[str]:
        """UIDs of at most BATCH messages nobody has taken, oldest first."""
        _, found = self._server.uid("SEARCH", "UNSEEN")
        return (found[0] or b"").decode().split()[:BATCH]

    def message(self, uid: str, max_bytes: int) -> tuple[int, bytes]:
        """(size, the message); of one larger than `max_bytes`, its headers."""
        _, sized = self._server.uid("FETCH", uid, "(RFC822.SIZE)")
        match = _SIZE.search(bytes(sized[0] or b""))
        size = int(match[1]) if match else 0
        part = "BODY.PEEK[]" if size <= max_bytes else "BODY.PEEK[HEADER]"
        _, fetched = self._server.uid("FETCH", uid, f"({part})")
        return size, next((bytes(piece[1]) for piece in fetched if isinstance(piece, tuple)), b"")

    def mark_seen(self, uid: str) -> None:
        self._server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        with suppress(imaplib.IMAP4.error, OSError):
            self._server.logout()


async def collect(openings: Openings, storage: Storage, settings: Settings, max_bytes: int = MAX_MESSAGE_BYTES) -> int:
    """Take what is unseen in the mailbox, at most BATCH; returns how many.

    Killed between taking and marking, the next one finds the mail known. Raises OSError or IMAP4.error when the mailbox
    cannot be read.
    """
    mailbox = await asyncio.to_thread(Mailbox, settings.imap_url)
    try:
        uids = await asyncio.to_thread(mailbox.unseen)
        for uid in uids:
            size, raw = await asyncio.to_thread(mailbox.message, uid, max_bytes)
            if size > max_bytes:
                fate = await refuse(openings, raw, "too_large", size)
            else:
                fate = await _take(openings, storage, settings, raw)
            await asyncio.to_thread(mailbox.mark_seen, uid)
            _log.info("mail", inbound_message_id=fate.id, fate=fate.fate, reason=fate.reason)
        return len(uids)
    finally:
        await asyncio.to_thread(mailbox.close)


async def _take(openings: Openings, storage: Storage, settings: Settings, raw: bytes) -> Fate:
    try:
        return await take(openings, storage, settings, raw)
    except (psycopg.Error, OSError, InsufficientStorage):
        raise
    except Exception:
        # one mail that nobody foresaw must not stop those behind it; it stays in the mailbox
        _log.exception("mail_failed")
        return await refuse(openings, raw, "unreadable", len(raw))


@asynccontextmanager
async def collecting(openings: Openings, storage: Storage, settings: Settings) -> AsyncGenerator[None]:
    """Look into the mailbox every POLL_SECONDS for as long as the block runs; not at all without one.

    Any number of processes may: whoever comes second finds a mail known.
    """
    if not settings.imap_url:
        yield
        return
    task = asyncio.create_task(_collect_for_ever(openings, storage, settings))
    try:
        yield
    finally:
        await end(task)


async def _collect_for_ever(openings: Openings, storage: Storage, settings: Settings) -> None:
    while True:
        taken = 0
        try:
            taken = await collect(openings, storage, settings)
        except (imaplib.IMAP4.error, OSError, psycopg.Error, Problem) as error:
            # never its text: servers repeat addresses in it
            _log.warning("mailbox_away", error=type(error).__name__)
        if taken < BATCH:
            await asyncio.sleep(POLL_SECONDS)
