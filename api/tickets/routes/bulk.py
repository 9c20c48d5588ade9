"""`/api/tickets/bulk`: change many tickets at once, look at what became of each, take it back."""

from litestar import Router, get, post

from api.actor import Right
from api.db import Read
from api.events.idempotency import IdempotencyKey, claim, remember
from api.events.tx import Tx
from api.tickets.commands.bulk import change_tickets as change
from api.tickets.commands.bulk import undo_bulk as undo
from api.tickets.queries.bulk import get_bulk as read_bulk
from api.tickets.wire import BulkChange, BulkResult


@post("/", right=Right.TICKET_WORK, status_code=200, operation_id="change_tickets", summary="Change many tickets")
async def change_tickets(tx: Tx, data: BulkChange, key: IdempotencyKey = None) -> BulkResult:
    """Change up to 500 tickets; each that cannot be changed says why, and the others are."""
    bulk_id = await claim(tx, "change_tickets", key, data) if key else None
    if bulk_id is not None:
        return await read_bulk(tx, bulk_id)
    result = await change(tx, data)
    if key:
        await remember(tx, "change_tickets", key, result.id)
    return result


@get("/{bulk_id:int}", right=Right.TICKET_WORK, operation_id="get_bulk", summary="What became of each ticket")
async def get_bulk(read: Read, bulk_id: int) -> BulkResult:
    """The result of one of the caller's own bulk changes of the last 30 days."""
    return await read_bulk(read, bulk_id)


@post(
    "/{bulk_id:int}/undo",
    right=Right.TICKET_WORK,
    status_code=200,
    operation_id="undo_bulk",
    summary="Take a bulk change back",
)
async def undo_bulk(tx: Tx, bulk_id: int) -> BulkResult:
    """Write the old values back; tickets changed since, or that cannot go back, are named and left."""
    return await undo(tx, bulk_id)


router = Router("/api/tickets/bulk", tags=["Tickets"], route_handlers=[change_tickets, get_bulk, undo_bulk])
