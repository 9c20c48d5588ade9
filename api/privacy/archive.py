"""A person's data as a ZIP, made while it is sent: a page of rows or a piece of a file at a time is all that is held."""

from collections.abc import AsyncGenerator
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec
from obstore.exceptions import BaseError

from api import log
from api.attachments import storage as stores
from api.attachments.storage import Storage
from api.events.openings import Openings
from api.privacy.queries.held import KINDS, PAGE, list_held

_log = log.get("privacy")


class _Sink:
    """What the ZIP has written and nobody has sent yet; it cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


async def archive(openings: Openings, storage: Storage, person_id: int) -> AsyncGenerator[bytes]:
    """The ZIP in pieces: one JSON array for each of KINDS, the files, and the list of files that could not be read.

    No connection is held while a piece is being sent.
    """
    sink = _Sink()
    files: list[dict[str, Any]] = []
    unread: list[int] = []
    with ZipFile(sink, "w") as zipped:
        for kind in KINDS:
            with zipped.open(_entry(f"{kind}.json"), "w", force_zip64=True) as entry:
                async for piece in _rows(openings, person_id, kind, files):
                    entry.write(piece)
                    yield sink.take()
        for file in files:
            with zipped.open(_entry(f"files/{file['id']}-{file['name']}", ZIP_STORED), "w", force_zip64=True) as entry:
                try:
                    async for piece in stores.load(storage, f"{file['folder']}/{stores.FILE}"):
                        entry.write(piece)
                        yield sink.take()
                except (BaseError, OSError) as error:
                    _log.error("export_file_unread", attachment_id=file["id"], kind=type(error).__name__)
                    unread.append(file["id"])
        zipped.writestr(_entry("files_not_read.json"), msgspec.json.encode(unread))
    yield sink.take()


async def _rows(openings: Openings, person_id: int, kind: str, files: list[dict[str, Any]]) -> AsyncGenerator[bytes]:
    """The rows of a kind as one JSON array; of attachments, `files` gets what finds their bytes."""
    after, is_first = 0, True
    while True:
        async with openings.read() as read:
            rows = await list_held(read, person_id, kind, after)
        if kind == "attachments":
            files += [{"id": row["id"], "name": row["name"], "folder": row.pop("folder")} for row in rows]
        page = b",\n".join(msgspec.json.encode(row) for row in rows)
        yield (b"[" if is_first else b",\n" if page else b"") + page
        if len(rows) < PAGE:
            break
        after, is_first = rows[-1]["id"], False
    yield b"]\n"


def _entry(name: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = compression
    return entry
