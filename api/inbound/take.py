"""The way of a raw message, whichever door it came by: read it, store its files, take it in."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, to_thread
from psycopg.errors import UniqueViolation

from api.attachments.leftovers import unclaimed_folder
from api.attachments.receive import ReceivedFile, keep
from api.attachments.storage import Storage
from api.deliveries.rules import own_addresses
from api.errors import Invalid, TooLarge, UnsupportedType
from api.events.openings import Openings
from api.inbound.commands import Arrived, refuse_unread, take_mail
from api.inbound.queries import find_fate
from api.inbound.rules.mail import File, Mail, read_mail
from api.inbound.rules.words import clean_line, cut
from api.inbound.wire import Fate
from api.installation.queries import get_settings
from api.settings import Settings

MAX_MESSAGE_BYTES = 40_000_000
"""What mail servers pass on at most, as a rule; files in it may be smaller than the installation allows."""
MAX_FILES = 20
WHOLE_TEXT = "message.txt"
"""Name of the file that holds the words of a mail that is too long for a comment."""

_readers = CapacityLimiter(2)
"""Reading takes a thread, and some times a message's size in memory."""


async def take(openings: Openings, storage: Storage, settings: Settings, raw: bytes) -> Fate:
    """What becomes of the message. Raises InsufficientStorage when its files cannot be kept; then it was not taken."""
    mail = await to_thread.run_sync(read_mail, raw, limiter=_readers)
    if mail is None:
        return await refuse(openings, raw, "unreadable", len(raw))
    async with openings.read() as read:
        if known := await find_fate(read, mail.message_id):
            return known
        max_bytes = (await get_settings(read)).attachment_max_bytes
    async with _stored(openings, storage, mail, max_bytes) as (folder, files, left_out):
        arrived = Arrived(mail=mail, size_bytes=len(raw), folder=folder, files=files, left_out=left_out)
        try:
            async with openings.tx() as tx:
                return await take_mail(
                    tx, arrived, secret=settings.secret_key, own_addresses=own_addresses(settings.mail_from)
                )
        except UniqueViolation:
            async with openings.read() as read:
                if known := await find_fate(read, mail.message_id):
                    return known
            raise


async def refuse(openings: Openings, raw: bytes, reason: str, size_bytes: int) -> Fate:
    """Write down that a message was not even read."""
    message_id = f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>"
    async with openings.tx() as tx:
        return await refuse_unread(tx, message_id, reason, size_bytes)


@asynccontextmanager
async def _stored(
    openings: Openings, storage: Storage, mail: Mail, max_bytes: int
) -> AsyncGenerator[tuple[str | None, list[ReceivedFile], list[str]]]:
    """(folder, files in it, names of files that are not taken) for the length of the block."""
    wanted = mail.files
    if cut(mail.text)[1]:
        wanted = [File(WHOLE_TEXT, mail.text.encode()), *wanted]
    if not wanted:
        yield None, [], []
        return
    async with unclaimed_folder(openings, storage) as folder:
        files: list[ReceivedFile] = []
        left_out = [clean_line(file.name) for file in wanted[MAX_FILES:]]
        for number, file in enumerate(wanted[:MAX_FILES]):
            try:
                files.append(await keep(file.name, file.content, storage, f"{folder}/{number}", max_bytes))
            except (Invalid, TooLarge, UnsupportedType):
                left_out.append(clean_line(file.name))
        yield folder, files, left_out
