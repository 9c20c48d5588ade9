"""Files out of a form and into storage while they arrive: nothing is held but the piece at hand."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator

import msgspec

from api.attachments import storage as stores
from api.attachments.form import Part, field_of, parts_of, pieces_of
from api.attachments.preview import make_preview
from api.attachments.rules.names import clean_name
from api.attachments.rules.types import HEAD_BYTES, PREVIEWED, TYPES, is_text, must_stay_text, sniffed_type
from api.attachments.storage import READ_BYTES, Storage
from api.errors import Invalid, Malformed, TooLarge, UnsupportedType

MAX_FILES = 10
MAX_FIELD_BYTES = 100
FILES = "files"


class ReceivedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that lies in storage, and in no table yet."""

    name: str
    content_type: str
    size_bytes: int
    sha256: bytes
    folder: str
    has_preview: bool


class Received(msgspec.Struct, frozen=True):
    """What a form brought: its files, and its other fields by name."""

    files: list[ReceivedFile]
    fields: dict[str, str]


async def receive(
    body: AsyncIterator[bytes], content_type: str, storage: Storage, folder: str, *, max_bytes: int, room: int
) -> Received:
    """Store the files of a multipart form under `folder`, each at most `max_bytes`, at most `room` of them.

    Raises Malformed for what is no such form, Invalid for too many or an empty file, TooLarge, UnsupportedType, and
    InsufficientStorage. What was stored by then is the caller's to remove.
    """
    files: list[ReceivedFile] = []
    fields: dict[str, str] = {}
    events = parts_of(body, content_type, max_parts=MAX_FILES + 20)
    async for part in events:
        assert isinstance(part, Part)
        pieces = pieces_of(events)
        if part.filename is None:
            fields[part.name] = await field_of(part.name, pieces, MAX_FIELD_BYTES)
            continue
        if part.name != FILES:
            raise Malformed("attachment.field", f"Files are sent in the field {FILES!r}.", field=part.name)
        head = await head_of(pieces)
        if not head and not part.filename:
            continue
        if len(files) >= min(room, MAX_FILES):
            raise too_many(room)
        files.append(await store_file(part.filename, head, pieces, storage, f"{folder}/{len(files)}", max_bytes))
    return Received(files, fields)


async def head_of(pieces: AsyncIterator[bytes]) -> bytes:
    """The first HEAD_BYTES and what came with them; all of a file that is shorter."""
    head = b""
    while len(head) < HEAD_BYTES and (piece := await anext(pieces, None)) is not None:
        head += piece
    return head


class _Meter:
    """Size and SHA-256 of what passes, which it stops when it is too much or not what it began as."""

    def __init__(self, kind: str, name: str, max_bytes: int) -> None:
        self.kind, self.name, self.max_bytes = kind, name, max_bytes
        self.digest = hashlib.sha256()
        self.size = 0

    async def passing(self, head: bytes, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """`head` and the pieces after it, each measured before it goes on."""
        yield self._measured(head)
        async for piece in pieces:
            yield self._measured(piece)

    def _measured(self, piece: bytes) -> bytes:
        self.size += len(piece)
        if self.size > self.max_bytes:
            raise TooLarge(
                "attachment.too_large",
                f"{self.name} is larger than {self.max_bytes} bytes.",
                name=self.name,
                max_bytes=self.max_bytes,
            )
        if must_stay_text(self.kind) and not is_text(piece):
            raise _not_taken(self.name)
        self.digest.update(piece)
        return piece


async def store_file(
    sent_name: str, head: bytes, pieces: AsyncIterator[bytes], storage: Storage, folder: str, max_bytes: int
) -> ReceivedFile:
    """Store one file of which `head` has come and `pieces` are still to come. Raises as `receive` does."""
    kind = sniffed_type(head[:HEAD_BYTES])
    name = clean_name(sent_name, TYPES[kind]) if kind else clean_name(sent_name)
    if not head:
        raise Invalid("attachment.empty", f"{name} is empty.", field=FILES, name=name)
    if kind is None:
        raise _not_taken(name)
    meter = _Meter(kind, name, max_bytes)
    await stores.store(storage, f"{folder}/{stores.FILE}", meter.passing(head, pieces))
    preview = await make_preview(storage, folder, meter.size) if kind in PREVIEWED else None
    if preview is not None:
        await stores.store(storage, f"{folder}/{stores.PREVIEW}", preview)
    return ReceivedFile(
        name=name,
        content_type=kind,
        size_bytes=meter.size,
        sha256=meter.digest.digest(),
        folder=folder,
        has_preview=preview is not None,
    )


async def keep(name: str, content: bytes, storage: Storage, folder: str, max_bytes: int) -> ReceivedFile:
    """Store a file that is whole already, such as a mail's. Raises as `receive` does."""

    async def rest() -> AsyncGenerator[bytes, None]:
        for start in range(HEAD_BYTES, len(content), READ_BYTES):
            yield content[start : start + READ_BYTES]

    return await store_file(name, content[:HEAD_BYTES], rest(), storage, folder, max_bytes)


def too_many(room: int) -> Invalid:
    """A ticket, or one request, takes no more."""
    return Invalid(
        "attachment.too_many",
        f"At most {MAX_FILES} files go into one request, and this ticket takes {room} more.",
        field=FILES,
        room=room,
    )


def _not_taken(name: str) -> UnsupportedType:
    return UnsupportedType(
        "attachment.type", f"The content of {name} is of no type that is taken here.", name=name, allowed=list(TYPES)
    )
