"""A page's form with files: its words, and of its files each by itself, so that one that is refused takes nothing along."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack

import msgspec

from api.attachments.form import Part, field_of, parts_of, pieces_of
from api.attachments.leftovers import unclaimed_folder
from api.attachments.receive import MAX_FILES, ReceivedFile, head_of, store_file, too_many
from api.attachments.storage import Storage
from api.errors import Invalid, Problem, TooLarge, UnsupportedType
from api.events.openings import Openings

MAX_FIELD_BYTES = 100_000
MAX_PARTS = 1_000

Fields = list[tuple[str, str]]


class Gathered(msgspec.Struct, frozen=True):
    """What was sent: fields in their order, files that were taken, and why the others were not. Nobody has claimed the
    files yet; the sweep removes those that nobody does."""

    fields: Fields
    files: list[ReceivedFile]
    refused: list[Problem]


async def gather(
    body: AsyncIterator[bytes],
    content_type: str,
    openings: Openings,
    storage: Storage,
    *,
    max_bytes: int,
    check: Callable[[Sequence[tuple[str, str]]], None],
) -> Gathered:
    """Store the files of a form, each at most `max_bytes` and in a folder of its own.

    `check` sees the fields before the first file, of which nothing is stored when it raises. Raises Malformed for what is
    no such form, InsufficientStorage when storage fails; then nothing stays.
    """
    fields: Fields = []
    files: list[ReceivedFile] = []
    refused: list[Problem] = []
    is_checked = False
    events = parts_of(body, content_type, max_parts=MAX_PARTS)
    async with AsyncExitStack() as folders:
        async for part in events:
            assert isinstance(part, Part)
            pieces = pieces_of(events)
            if part.filename is None:
                fields.append((part.name, await field_of(part.name, pieces, MAX_FIELD_BYTES)))
                continue
            if not is_checked:
                check(fields)
                is_checked = True
            head = await head_of(pieces)
            if not head and not part.filename:
                continue
            try:
                if len(files) == MAX_FILES:
                    raise too_many(MAX_FILES)
                folder = await folders.enter_async_context(unclaimed_folder(openings, storage))
                files.append(await store_file(part.filename, head, pieces, storage, f"{folder}/0", max_bytes))
            except (Invalid, TooLarge, UnsupportedType) as problem:
                refused.append(problem)
                async for _ in pieces:
                    pass
        if not is_checked:
            check(fields)
    return Gathered(fields, files, refused)
