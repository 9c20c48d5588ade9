"""The minute's step of attachments: remove from storage what nobody claims."""

from api.attachments import storage as stores
from api.attachments.leftovers import forget
from api.attachments.storage import Storage
from api.events.openings import Openings

BATCH = 200
GRACE_HOURS = 24
"""How long an upload may take before it counts as broken off."""


async def remove_leftovers(openings: Openings, storage: Storage) -> int:
    """Remove every condemned folder and every upload older than GRACE_HOURS; returns how many.

    No transaction is open while storage is at work. Killed at any point, the next sweep goes on.
    """
    removed = 0
    while True:
        async with openings.tx() as tx:
            folders = await tx.values(
                f"""
                update attachment_leftovers set is_condemned = true
                where folder in (
                    select folder from attachment_leftovers
                    where is_condemned or created_at < %(now)s - make_interval(hours => {GRACE_HOURS})
                    order by created_at limit {BATCH} for update skip locked
                )
                returning folder
                """,
                {"now": tx.now},
            )
        for folder in folders:
            await stores.remove(storage, folder)
        async with openings.tx() as tx:
            await forget(tx, folders)
        removed += len(folders)
        if len(folders) < BATCH:
            return removed
