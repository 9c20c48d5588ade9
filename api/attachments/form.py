"""A multipart form in pieces, as it arrives: nothing is held but the piece at hand."""

from collections.abc import AsyncGenerator, AsyncIterator
from email.message import Message

import msgspec

# python-multipart puts a package of the same name before it, which passes the import on where no type checker sees it
from multipart import MultipartError, MultipartSegment, PushMultipartParser  # pyright: ignore[reportAttributeAccessIssue]

from api.errors import Malformed


class Part(msgspec.Struct, frozen=True):
    """The head of a part; `filename` is None when it is no file."""

    name: str
    filename: str | None


FormEvents = AsyncGenerator[Part | bytes | None, None]
"""For each part of a form: its head, its bytes in pieces, and None at its end."""


async def parts_of(body: AsyncIterator[bytes], content_type: str, *, max_parts: int) -> FormEvents:
    """What arrives, in order. Raises Malformed for what is no multipart form, or one that breaks off."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        raise Malformed("attachment.not_a_form", "Send the files as multipart/form-data.")
    try:
        with PushMultipartParser(boundary, max_segment_count=max_parts, strict=True) as parser:
            async for chunk in body:
                for event in parser.parse(chunk):
                    if isinstance(event, MultipartSegment):
                        yield Part(event.name or "", event.filename)
                    else:
                        yield None if event is None else bytes(event)
                if parser.closed:
                    break
    except MultipartError as error:
        raise Malformed("attachment.form", "The form is broken off or is not well formed.") from error


async def pieces_of(events: FormEvents) -> AsyncGenerator[bytes, None]:
    """The bytes of the part at hand, to its end."""
    while (piece := await anext(events)) is not None:
        assert isinstance(piece, bytes)
        yield piece


async def field_of(name: str, pieces: AsyncIterator[bytes], max_bytes: int) -> str:
    """The text of a part that is no file. Raises Malformed when it is too long or no text."""
    value = b""
    async for piece in pieces:
        value += piece
        if len(value) > max_bytes:
            raise Malformed("attachment.field", f"The field {name[:50]!r} is too long.", field=name[:50])
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Malformed("attachment.field", f"The field {name[:50]!r} is no text.", field=name[:50]) from error
