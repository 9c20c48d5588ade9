"""Commands behind forms that may be sent twice: by a double click, or by a browser that lost the answer."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from api.attachments.commands import add_attachments
from api.attachments.receive import Received, ReceivedFile
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.events.idempotency import claim, remember
from api.events.tx import Tx
from api.tickets.commands.create import create_ticket
from api.tickets.commands.link import link_tickets
from api.tickets.queries.detail import get_ticket
from api.tickets.wire import NewTicket


async def open_once(
    tx: Tx, key: str, wanted: NewTicket, files: Sequence[ReceivedFile] = (), related_id: int | None = None
) -> str:
    """The number of the ticket made under this key, now or before; with its files, and linked to one it goes on with."""
    ticket_id = await claim(tx, "create_ticket", key, wanted) if key else None
    if ticket_id is None:
        ticket_id = await create_ticket(tx, wanted, "web")
        if files:
            await add_attachments(tx, ticket_id, Received(list(files), {}))
        if related_id is not None:
            await link_tickets(tx, ticket_id, related_id, "related")
        if key:
            await remember(tx, "create_ticket", key, ticket_id)
    return (await get_ticket(tx, ticket_id)).number


async def say_once(tx: Tx, ticket_id: int, key: str, said: NewComment, files: Sequence[ReceivedFile] = ()) -> bool:
    """Add the comment with its files unless it was added under this key before; whether it was added now."""

    async def say() -> int:
        comment_id = await add_comment(tx, ticket_id, said)
        await attach(tx, ticket_id, comment_id, files)
        return comment_id

    return await do_once(tx, f"add_comment:{ticket_id}", key, said, say)


async def attach(tx: Tx, ticket_id: int, comment_id: int, files: Sequence[ReceivedFile]) -> None:
    """Add the files that came with a comment, if any did."""
    if files:
        await add_attachments(tx, ticket_id, Received(list(files), {"comment_id": str(comment_id)}))


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
