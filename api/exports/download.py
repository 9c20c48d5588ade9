"""From what is asked to a file that is whole: made apart, then without a name, so that nothing is left behind."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, TypeVar

import msgspec
from anyio import to_thread
from litestar.response import Response, Stream

from api.attachments.rules.names import content_disposition
from api.exports.files.tickets import Written
from api.exports.process import apart

PIECE_BYTES = 256 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
PDF = "application/pdf"
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}

T = TypeVar("T", bound=msgspec.Struct)


async def download(write: Callable[[T, str], Written | None], what: T, name: str, media_type: str) -> Stream:
    """The answer that saves what `write(what, path)` writes under `name`. `Export-Rows` says how many rows the file holds,
    `Export-Complete` whether these are all."""
    with TemporaryDirectory(prefix="redress-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "export"
        written = await apart(write, what, str(path))
        file = path.open("rb")
    size = file.seek(0, 2)
    file.seek(0)
    headers = HEADERS | {"Content-Disposition": content_disposition(name), "Content-Length": str(size)}
    if written:
        headers |= {"Export-Rows": str(written.rows), "Export-Complete": str(written.is_complete).lower()}
    return Stream(_pieces(file), media_type=media_type, headers=headers)


def pages(pdf: bytes, name: str, rows: tuple[int, bool] | None = None) -> Response[bytes]:
    """The answer that saves a PDF; `rows`: how many it lists, and whether these are all."""
    headers = HEADERS | {"Content-Disposition": content_disposition(name)}
    if rows:
        headers |= {"Export-Rows": str(rows[0]), "Export-Complete": str(rows[1]).lower()}
    return Response(pdf, media_type=PDF, headers=headers)


async def _pieces(file: BinaryIO) -> AsyncGenerator[bytes]:
    with file:
        while piece := await to_thread.run_sync(file.read, PIECE_BYTES):
            yield piece
