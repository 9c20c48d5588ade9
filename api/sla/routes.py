"""`/api/sla-policies`, `/api/calendars`, and `/api/tickets/:id/sla`: what is promised, and why a deadline is where it is."""

from litestar import Router, get

from api.actor import Right
from api.db import Read
from api.sla.queries.calendars import list_calendars as read_calendars
from api.sla.queries.policies import list_policies as read_policies
from api.sla.queries.receipt import get_receipt
from api.sla.wire import Calendars, Policies, Receipt


@get("/", right=Right.DIRECTORY_READ, operation_id="list_policies", summary="List SLA policies")
async def list_policies(read: Read) -> Policies:
    """All policies, in the order in which they are asked."""
    return await read_policies(read)


@get("/", right=Right.DIRECTORY_READ, operation_id="list_calendars", summary="List calendars")
async def list_calendars(read: Read) -> Calendars:
    """All calendars, by name."""
    return await read_calendars(read)


@get(
    "/{reference:str}/sla",
    right=Right.TICKET_READ,
    operation_id="get_sla_receipt",
    summary="Why the deadlines are where they are",
)
async def get_sla_receipt(read: Read, referenced_ticket_id: int) -> Receipt:
    """For each target: counted time, nights and holidays by name, pauses with their event, policy and calendar version."""
    return await get_receipt(read, referenced_ticket_id)


router = Router(
    "/api",
    tags=["Service levels"],
    route_handlers=[
        Router("/sla-policies", route_handlers=[list_policies]),
        Router("/calendars", route_handlers=[list_calendars]),
        Router("/tickets", route_handlers=[get_sla_receipt]),
    ],
)
