"""`/api/tickets`: open, list, read, change, move, assign, escalate."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Router, get, patch, post
from litestar.params import Parameter
from msgspec import UNSET

from api.actor import SYSTEM, Right
from api.db import Read
from api.errors import Malformed
from api.events.idempotency import IdempotencyKey, claim, remember
from api.events.tx import Tx
from api.tickets.commands.assign import assign_ticket as assign
from api.tickets.commands.change import update_ticket as update
from api.tickets.commands.create import create_ticket as create
from api.tickets.commands.escalate import escalate_ticket as escalate
from api.tickets.commands.status import change_status as move
from api.tickets.queries.detail import get_named_ticket
from api.tickets.queries.detail import get_ticket as read_ticket
from api.tickets.queries.lists import Sort, TicketFilter
from api.tickets.queries.lists import list_tickets as read_tickets
from api.tickets.queries.views import QueuePage, View, ViewCounts
from api.tickets.queries.views import count_views as count
from api.tickets.queries.views import list_view as read_view
from api.tickets.wire import (
    Assignment,
    Escalation,
    NewTicket,
    Priority,
    Status,
    StatusChange,
    Ticket,
    TicketPage,
    TicketPatch,
)

IfMatch = Annotated[
    str | None,
    Parameter(header="If-Match", required=False, max_length=20, description="Version, as an alternative to the body's"),
]

Reference = Annotated[str, Parameter(description="The ticket's id or its number", max_length=20)]

FieldValues = Annotated[
    list[str] | None, Parameter(max_items=10, description="Custom fields as `key:value`; all of them must hold")
]


@get("/", right=Right.TICKET_READ, operation_id="list_tickets", summary="List tickets")
async def list_tickets(
    read: Read,
    status: list[Status] | None = None,
    priority: list[Priority] | None = None,
    customer_id: int | None = None,
    organisation_id: int | None = None,
    assigned_agent_id: int | None = None,
    team_id: int | None = None,
    category_id: int | None = None,
    skill_id: int | None = None,
    is_sla_breached: bool | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    custom_field: FieldValues = None,
    page: int = 1,
    limit: int = 20,
    sort: Sort = "created_at",
    order: Annotated[str, Parameter(pattern="^(asc|desc)$")] = "desc",
) -> TicketPage:
    """The tickets the caller may see, filtered, a page at a time."""
    wanted = TicketFilter(
        status=status,
        priority=priority,
        customer_id=customer_id,
        organisation_id=organisation_id,
        assigned_agent_id=assigned_agent_id,
        team_id=team_id,
        category_id=category_id,
        skill_id=skill_id,
        is_sla_breached=is_sla_breached,
        created_from=created_from,
        created_to=created_to,
        custom_field=custom_field,
    )
    return await read_tickets(read, wanted, page=page, limit=limit, sort=sort, descending=order == "desc")


@get("/views/{view:str}", right=Right.TICKET_WORK, operation_id="list_view", summary="Read a view of the queue")
async def list_view(
    read: Read,
    view: View,
    after: Annotated[str | None, Parameter(max_length=50)] = None,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> QueuePage:
    """One page of a view, the next deadline first."""
    return await read_view(read, view, after=after, limit=limit)


@get("/views", right=Right.TICKET_WORK, operation_id="count_views", summary="Count the views of the queue")
async def count_views(read: Read) -> ViewCounts:
    """How many tickets each view holds, counted up to 1,000."""
    return await count(read)


@post("/", right=Right.TICKET_CREATE, operation_id="create_ticket", summary="Open a ticket")
async def create_ticket(tx: Tx, data: NewTicket, key: IdempotencyKey = None) -> Ticket:
    """Open a complaint. An agent is chosen at once unless `auto_assign` is false or none is free."""
    ticket_id = await claim(tx, "create_ticket", key, data) if key else None
    if ticket_id is None:
        ticket_id = await create(tx, data, "api")
        if key:
            await remember(tx, "create_ticket", key, ticket_id)
    # staff may open what is then routed where they may not follow
    return await read_ticket(Read(tx.conn, SYSTEM, tx.now) if tx.actor.is_staff else tx, ticket_id)


@get("/{reference:str}", right=Right.TICKET_READ, operation_id="get_ticket", summary="Read a ticket")
async def get_ticket(read: Read, reference: Reference) -> Ticket:
    """One ticket with its clocks, comments and timeline."""
    return await get_named_ticket(read, reference)


@patch("/{reference:str}", right=Right.TICKET_WORK, operation_id="update_ticket", summary="Change fields")
async def update_ticket(tx: Tx, referenced_ticket_id: int, data: TicketPatch, if_match: IfMatch = None) -> Ticket:
    """Change fields of a ticket, on the version the caller saw."""
    await update(
        tx,
        referenced_ticket_id,
        data if data.version is not UNSET else msgspec.structs.replace(data, version=_version(if_match)),
    )
    return await read_ticket(tx, referenced_ticket_id)


@patch("/{reference:str}/status", right=Right.TICKET_COMMENT, operation_id="change_status", summary="Move a ticket")
async def change_status(tx: Tx, referenced_ticket_id: int, data: StatusChange) -> Ticket:
    """Move a ticket to another status; what is not allowed answers 409 with what is."""
    await move(tx, referenced_ticket_id, data)
    return await read_ticket(tx, referenced_ticket_id)


@post(
    "/{reference:str}/assign", right=Right.TICKET_WORK, status_code=200, operation_id="assign_ticket", summary="Assign"
)
async def assign_ticket(tx: Tx, referenced_ticket_id: int, data: Assignment) -> Ticket:
    """Give the ticket to an agent, or back to its queue."""
    await assign(tx, referenced_ticket_id, data)
    return await read_ticket(tx, referenced_ticket_id)


@post(
    "/{reference:str}/escalate",
    right=Right.TICKET_WORK,
    status_code=200,
    operation_id="escalate_ticket",
    summary="Escalate",
)
async def escalate_ticket(tx: Tx, referenced_ticket_id: int, data: Escalation) -> Ticket:
    """Escalate the ticket one level."""
    await escalate(tx, referenced_ticket_id, data)
    return await read_ticket(tx, referenced_ticket_id)


def _version(if_match: str | None) -> int | msgspec.UnsetType:
    if if_match is None:
        return UNSET
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isdecimal():
        raise Malformed("ticket.if_match", "If-Match must be the ticket's version.", parameter="If-Match")
    return int(digits)


router = Router(
    "/api/tickets",
    tags=["Tickets"],
    route_handlers=[
        list_tickets,
        list_view,
        count_views,
        create_ticket,
        get_ticket,
        update_ticket,
        change_status,
        assign_ticket,
        escalate_ticket,
    ],
)
