"""Pictures made small: decoded within limits, one at a time, and written anew, so that nothing of the original's bytes stays."""

import asyncio
import io

from obstore.exceptions import BaseError
from PIL import Image, ImageOps, UnidentifiedImageError

from api import log
from api.attachments.storage import FILE, Storage, load_whole

CONTENT_TYPE = "image/webp"
EDGE = 480
"""Longest side, pixels."""
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 16_000_000
"""Pixels decoded at most: 64 MB at four bytes each. JPEG is decoded at a fraction of its size, which is what counts."""
MAX_SIDE = 20_000

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_one_at_a_time = asyncio.Semaphore(1)
_logger = log.get("attachments")


async def make_preview(storage: Storage, folder: str, size_bytes: int) -> bytes | None:
    """A WebP of the picture stored in `folder`, or None when it is over the limits or cannot be decoded."""
    if size_bytes > MAX_BYTES:
        return None
    async with _one_at_a_time:
        try:
            picture = await load_whole(storage, f"{folder}/{FILE}")
        except (BaseError, OSError) as error:
            _logger.warning("preview_failed", kind=type(error).__name__)
            return None
        return await asyncio.to_thread(shrunk, picture)


def shrunk(picture: bytes) -> bytes | None:
    """The first frame, upright, at most EDGE pixels wide and high, without metadata; None when it is refused."""
    try:
        with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
            image.draft("RGB", (EDGE, EDGE))
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                return None
            image.thumbnail((EDGE, EDGE))
            small = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        _logger.info("no_preview", kind=type(error).__name__)
        return None
    written = io.BytesIO()
    Image.frombytes("RGBA", small.size, small.tobytes()).save(written, "WEBP", quality=80, method=4)
    return written.getvalue()
