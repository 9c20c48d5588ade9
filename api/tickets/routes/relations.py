"""`/api/tickets/:id/merge`, `/split`, `/links`, `/snooze`: a ticket among others, and out of sight for a while."""

from typing import Annotated

from litestar import Router, delete, get, post, put
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.tickets.commands import merge, snooze
from api.tickets.commands.link import link_tickets as link
from api.tickets.commands.link import unlink_tickets as unlink
from api.tickets.queries.detail import find_ticket_id
from api.tickets.queries.detail import get_ticket as read_ticket
from api.tickets.queries.links import list_links as read_links
from api.tickets.wire import LinkKind, Merge, NewLink, Snooze, Split, Ticket, TicketLinks

Other = Annotated[str, Parameter(description="The other ticket's id or number", max_length=20)]


@post("/{reference:str}/merge", right=Right.TICKET_WORK, status_code=200, operation_id="merge_ticket", summary="Merge")
async def merge_ticket(tx: Tx, referenced_ticket_id: int, data: Merge) -> Ticket:
    """Merge the ticket into another one of the same customer; the answer is that other one."""
    into_id = await find_ticket_id(tx, data.into)
    await merge.merge_ticket(tx, referenced_ticket_id, into_id)
    return await read_ticket(tx, into_id)


@post("/{reference:str}/split", right=Right.TICKET_WORK, operation_id="split_ticket", summary="Split")
async def split_ticket(tx: Tx, referenced_ticket_id: int, data: Split) -> Ticket:
    """Open a new ticket with the chosen comments; the answer is the new one."""
    return await read_ticket(tx, await merge.split_ticket(tx, referenced_ticket_id, data))


@get("/{reference:str}/links", right=Right.TICKET_WORK, operation_id="list_links", summary="List linked tickets")
async def list_links(read: Read, referenced_ticket_id: int) -> TicketLinks:
    """What the ticket is linked to, seen from it."""
    return TicketLinks(await read_links(read, referenced_ticket_id))


@post("/{reference:str}/links", right=Right.TICKET_WORK, status_code=200, operation_id="link_ticket", summary="Link")
async def link_ticket(tx: Tx, referenced_ticket_id: int, data: NewLink) -> TicketLinks:
    """Say that the ticket is a duplicate of, related to, or has as its parent, another one."""
    from_, to = await merge.lock_two(tx, referenced_ticket_id, await find_ticket_id(tx, data.to))
    await link(tx, from_.id, to.id, data.kind)
    return TicketLinks(await read_links(tx, from_.id))


@delete(
    "/{reference:str}/links/{kind:str}/{other:str}",
    right=Right.TICKET_WORK,
    operation_id="unlink_ticket",
    summary="Unlink",
)
async def unlink_ticket(tx: Tx, referenced_ticket_id: int, kind: LinkKind, other: Other) -> None:
    """Take a link away, whichever of the two it starts at."""
    from_, to = await merge.lock_two(tx, referenced_ticket_id, await find_ticket_id(tx, other))
    await unlink(tx, from_.id, to.id, kind)


@put("/{reference:str}/snooze", right=Right.TICKET_WORK, operation_id="snooze_ticket", summary="Snooze")
async def snooze_ticket(tx: Tx, referenced_ticket_id: int, data: Snooze) -> Ticket:
    """Out of the queue until an instant or the customer's answer; null brings it back. Clocks run on."""
    await snooze.snooze_ticket(tx, referenced_ticket_id, data.until)
    return await read_ticket(tx, referenced_ticket_id)


router = Router(
    "/api/tickets",
    tags=["Tickets"],
    route_handlers=[merge_ticket, split_ticket, list_links, link_ticket, unlink_ticket, snooze_ticket],
)
