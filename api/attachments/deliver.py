"""Files out of storage, checked on the way: what was changed there never arrives whole."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator

from obstore.exceptions import BaseError

from api import log
from api.attachments.queries import StoredAttachment
from api.attachments.storage import FILE, Storage, load
from api.errors import Damaged

_logger = log.get("attachments")


async def checked(storage: Storage, file: StoredAttachment) -> AsyncIterator[bytes]:
    """The file's bytes, the last piece only once the SHA-256 of all of them is the one they came with.

    Raises Damaged before the first byte when the file is short enough or is not there. A larger one that was changed
    breaks off: it stays shorter than the length announced, and no client takes it for whole.
    """
    pieces = _checked(storage, file)
    first = await anext(pieces)

    async def whole() -> AsyncGenerator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return whole()


async def _checked(storage: Storage, file: StoredAttachment) -> AsyncGenerator[bytes]:
    digest = hashlib.sha256()
    held = b""
    try:
        async for piece in load(storage, f"{file.folder}/{FILE}"):
            if held:
                yield held
            digest.update(piece)
            held = piece
    except (BaseError, OSError) as error:
        raise _damaged(file, type(error).__name__) from error
    if digest.digest() != file.sha256:
        raise _damaged(file, "sha256")
    yield held


def _damaged(file: StoredAttachment, kind: str) -> Damaged:
    _logger.error("attachment_damaged", attachment_id=file.id, kind=kind)
    return Damaged("attachment.damaged", "The stored file is not the one that was sent. An administrator has to look.")
