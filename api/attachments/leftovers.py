"""Folders in storage that no attachment claims: written down before a byte is stored, removed when nobody came for them.

A folder is condemned in one transaction, removed from storage in none, and forgotten in another, so that a kill at any
point leaves a row that says what is still to do. What is condemned can no longer be claimed.
"""

import secrets
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager

import anyio

from api import log
from api.attachments import storage as stores
from api.attachments.storage import Storage
from api.errors import Conflict
from api.events.openings import Openings
from api.events.tx import Tx

_log = log.get("attachments")


@asynccontextmanager
async def unclaimed_folder(openings: Openings, storage: Storage) -> AsyncGenerator[str]:
    """A folder with a random name for the length of the block. Unless somebody claimed it by then, nothing of it stays."""
    folder = secrets.token_hex(16)
    async with openings.tx() as tx:
        await tx.run(
            "insert into attachment_leftovers (folder, is_condemned, created_at) values (%(folder)s, false, %(now)s)",
            {"folder": folder, "now": tx.now},
        )
    try:
        yield folder
    except BaseException:
        with anyio.CancelScope(shield=True):
            await _discard(openings, storage, folder)
        raise


async def claim(tx: Tx, folders: Collection[str]) -> None:
    """Take folders for attachments that this transaction inserts. Raises Conflict when one has been condemned."""
    taken = await tx.run(
        "delete from attachment_leftovers where folder = any(%(folders)s) and not is_condemned",
        {"folders": list(folders)},
    )
    if taken < len(folders):
        raise Conflict("attachment.too_slow", "The upload took too long. Send the files again.")


async def condemn(tx: Tx, folders: list[str]) -> None:
    """Leave folders that attachments had to the sweep."""
    await tx.run(
        """
        insert into attachment_leftovers (folder, is_condemned, created_at)
        select folder, true, %(now)s from unnest(%(folders)s::text[]) folder on conflict do nothing
        """,
        {"folders": folders, "now": tx.now},
    )


async def forget(tx: Tx, folders: list[str]) -> None:
    """No longer remember folders that are gone."""
    await tx.run(
        "delete from attachment_leftovers where folder = any(%(folders)s) and is_condemned", {"folders": folders}
    )


async def _discard(openings: Openings, storage: Storage, folder: str) -> None:
    async with openings.tx() as tx:
        is_mine = await tx.run(
            "update attachment_leftovers set is_condemned = true where folder = %(folder)s", {"folder": folder}
        )
    if not is_mine:
        return
    try:
        await stores.remove(storage, folder)
    except stores.AWAY as error:
        # what stopped the upload is told, not this: the folder is condemned, and the sweep comes back to it
        _log.warning("left_to_the_sweep", kind=type(error).__name__)
        return
    async with openings.tx() as tx:
        await forget(tx, [folder])
