"""Whether anything happened here yet."""

from api.db import Read
from api.visibility import visible_tickets


async def has_tickets(read: Read) -> bool:
    """Whether there is a ticket that the reader may see."""
    visible, params = visible_tickets(read.actor)
    return await read.value(f"select exists (select from tickets t where {visible})", params)
