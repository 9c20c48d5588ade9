"""Commands behind forms that may be sent twice: by a double click, or by a browser that lost the answer."""

from collections.abc import Awaitable, Callable

import msgspec

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.events.idempotency import claim, remember
from api.events.tx import Tx
from api.tickets.commands.create import create_ticket
from api.tickets.queries.detail import get_ticket
from api.tickets.wire import NewTicket


async def open_once(tx: Tx, key: str, wanted: NewTicket) -> str:
    """The number of the ticket made under this key, now or before."""
    ticket_id = await claim(tx, "create_ticket", key, wanted) if key else None
    if ticket_id is None:
        ticket_id = await create_ticket(tx, wanted, "web")
        if key:
            await remember(tx, "create_ticket", key, ticket_id)
    return (await get_ticket(tx, ticket_id)).number


async def say_once(tx: Tx, ticket_id: int, key: str, said: NewComment) -> bool:
    """Add the comment unless it was added under this key before; whether it was added now."""
    return await do_once(tx, f"add_comment:{ticket_id}", key, said, lambda: add_comment(tx, ticket_id, said))


async def do_once(
    tx: Tx, operation: str, key: str, wanted: msgspec.Struct, command: Callable[[], Awaitable[int | None]]
) -> bool:
    """Run the command unless it ran under this key before; whether it ran now."""
    if key and await claim(tx, operation, key, wanted) is not None:
        return False
    made = await command()
    if key:
        await remember(tx, operation, key, made or 0)
    return True
