"""Where bytes lie: a local folder, or any object store obstore has a URL for. Each attachment has a folder of its own."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from api import log
from api.errors import InsufficientStorage
from api.settings import Settings

PART_BYTES = 5 * 1024 * 1024
"""What S3 takes at least as a part of an upload; with PARTS_AT_ONCE it bounds the memory an upload needs."""
PARTS_AT_ONCE = 2
READ_BYTES = 256 * 1024
FILE = "file"
PREVIEW = "preview"

AWAY = (BaseError, OSError)
"""What is raised when a store cannot be reached, or refuses."""

_FOLDER = re.compile(r"[0-9a-f]{32}(?:/\d{1,3})?")
_logger = log.get("storage")


class Storage(msgspec.Struct, frozen=True):
    """An object store, and its folder when it is a local one."""

    store: Any
    local: Path | None


def open_storage(settings: Settings) -> Storage:
    """The storage of `attachments_url`, else the folder `<home>/attachments`, which is made when it is not there.

    Credentials of an object store come from its usual variables (`AWS_ACCESS_KEY_ID`, …), which obstore reads. What a
    killed process leaves of a multipart upload there is for the bucket's own lifecycle rule to remove.
    """
    if settings.attachments_url:
        return Storage(from_url(settings.attachments_url), None)
    folder = settings.home / "attachments"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Storage(LocalStore(folder), folder)


async def store(storage: Storage, path: str, chunks: AsyncIterator[bytes] | bytes) -> None:
    """Write an object as its bytes come; it is there whole, or not at all.

    What `chunks` raises is raised. Raises InsufficientStorage when the storage cannot take it.
    """
    try:
        await obstore.put_async(
            storage.store, path, chunks, use_multipart=True, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
        )
    except AWAY as error:
        _logger.error("storage_failed", operation="store", kind=type(error).__name__)
        raise InsufficientStorage(
            "attachment.storage", "The file could not be stored. Nothing was kept; try again later."
        ) from error


async def load(storage: Storage, path: str) -> AsyncIterator[bytes]:
    """An object's bytes in pieces of about READ_BYTES. Raises BaseError or OSError when they cannot be read."""
    found = await obstore.get_async(storage.store, path)
    async for chunk in found.stream(min_chunk_size=READ_BYTES):
        yield bytes(chunk)


async def load_whole(storage: Storage, path: str) -> bytes:
    """An object that is known to be small."""
    return bytes(await (await obstore.get_async(storage.store, path)).bytes_async())


async def remove(storage: Storage, folder: str) -> None:
    """Remove a folder and all that is in it, half-written files too. One that is not there is no error."""
    if not _FOLDER.fullmatch(folder):
        raise ValueError(f"{folder!r} is no folder of attachments")
    if storage.local is not None:
        await asyncio.to_thread(shutil.rmtree, storage.local / folder, ignore_errors=True)
        return
    async for batch in obstore.list(storage.store, prefix=folder):
        await obstore.delete_async(storage.store, [entry["path"] for entry in batch])
