"""`/api/tickets/:id/macros/:id`: words and changes in one step."""

from typing import Annotated

from litestar import Router, post
from litestar.params import Parameter

from api.actor import Right
from api.events.idempotency import IdempotencyKey, claim, remember
from api.events.tx import Tx
from api.tickets.commands.macro import apply_macro as apply
from api.tickets.queries.detail import get_ticket
from api.tickets.wire import MacroUse, Ticket


@post(
    "/{reference:str}/macros/{macro_id:int}",
    right=Right.TICKET_WORK,
    status_code=200,
    operation_id="apply_macro",
    summary="Apply a macro",
)
async def apply_macro(
    tx: Tx,
    referenced_ticket_id: int,
    macro_id: Annotated[int, Parameter(ge=1, le=2**63 - 1)],
    data: MacroUse,
    key: IdempotencyKey = None,
) -> Ticket:
    """Say the macro's words and make its changes: several events, one transaction."""
    operation = f"apply_macro:{referenced_ticket_id}:{macro_id}"
    if not key or await claim(tx, operation, key, data) is None:
        await apply(tx, referenced_ticket_id, macro_id, data)
        if key:
            await remember(tx, operation, key, referenced_ticket_id)
    return await get_ticket(tx, referenced_ticket_id)


router = Router("/api/tickets", tags=["Tickets"], route_handlers=[apply_macro])
