"""Mark notifications read. Reading is no event: nobody but the reader is concerned."""

from api.errors import NotFound
from api.events.tx import Tx


async def mark_read(tx: Tx, notification_id: int) -> None:
    """Mark one of one's own read; again changes nothing. Raises NotFound when it is another's."""
    found = await tx.run(
        "update notifications set read_at = coalesce(read_at, %(now)s) where id = %(id)s and user_id = %(user_id)s",
        {"id": notification_id, "user_id": tx.actor.id, "now": tx.now},
    )
    if not found:
        raise NotFound("notification.not_found", "There is no such notification.")


async def mark_ticket_read(tx: Tx, ticket_id: int) -> int:
    """Mark all that the actor was told of a ticket read; returns how many were not."""
    return await tx.run(
        """
        update notifications set read_at = %(now)s
        where user_id = %(user_id)s and ticket_id = %(ticket_id)s and read_at is null
        """,
        {"user_id": tx.actor.id, "ticket_id": ticket_id, "now": tx.now},
    )


async def mark_all_read(tx: Tx) -> int:
    """Mark all of one's own read; returns how many were not."""
    return await tx.run(
        "update notifications set read_at = %(now)s where user_id = %(user_id)s and read_at is null",
        {"user_id": tx.actor.id, "now": tx.now},
    )
