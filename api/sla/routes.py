"""`/api/sla-policies`, `/api/calendars`, and `/api/tickets/:id/sla`: what is promised, and why a deadline is where it is."""

from litestar import Router, get, patch, post

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.sla.commands.calendars import create_calendar as make_calendar
from api.sla.commands.calendars import update_calendar as edit_calendar
from api.sla.commands.policies import create_sla_policy as make_policy
from api.sla.commands.policies import update_sla_policy as edit_policy
from api.sla.commands.preview import preview_calendar as try_calendar
from api.sla.commands.preview import preview_sla_policy as try_policy
from api.sla.queries.calendars import get_calendar as read_calendar
from api.sla.queries.calendars import list_calendars as read_calendars
from api.sla.queries.policies import get_policy as read_policy
from api.sla.queries.policies import list_policies as read_policies
from api.sla.queries.receipt import get_receipt
from api.sla.wire import (
    Calendar,
    CalendarPatch,
    Calendars,
    EditPreview,
    NewCalendar,
    NewPolicy,
    Policies,
    Policy,
    PolicyPatch,
    Receipt,
)


@get("/", right=Right.DIRECTORY_READ, operation_id="list_sla_policies", summary="List SLA policies")
async def list_sla_policies(read: Read) -> Policies:
    """All policies, in the order in which they are asked."""
    return await read_policies(read)


@post("/", right=Right.ADMIN, operation_id="create_sla_policy", summary="Make an SLA policy")
async def create_sla_policy(tx: Tx, data: NewPolicy) -> Policy:
    """Promise something from now on. Tickets that stand under a policy already stay there."""
    return await read_policy(tx, await make_policy(tx, data))


@get("/{policy_id:int}", right=Right.DIRECTORY_READ, operation_id="get_sla_policy", summary="Read an SLA policy")
async def get_sla_policy(read: Read, policy_id: int) -> Policy:
    """A policy in its present version."""
    return await read_policy(read, policy_id)


@patch("/{policy_id:int}", right=Right.ADMIN, operation_id="update_sla_policy", summary="Edit an SLA policy")
async def update_sla_policy(tx: Tx, policy_id: int, data: PolicyPatch) -> Policy:
    """Edit from now on: running clocks are re-based, time used so far counts, the past stays as it was."""
    await edit_policy(tx, policy_id, data)
    return await read_policy(tx, policy_id)


@post(
    "/{policy_id:int}/preview",
    right=Right.ADMIN,
    status_code=200,
    operation_id="preview_sla_policy",
    summary="See what an edit of an SLA policy would do",
)
async def preview_sla_policy(read: Read, policy_id: int, data: PolicyPatch) -> EditPreview:
    """Which open clocks would move, become at risk, become breached. Nothing is changed."""
    return await try_policy(read, policy_id, data)


@get("/", right=Right.DIRECTORY_READ, operation_id="list_calendars", summary="List calendars")
async def list_calendars(read: Read) -> Calendars:
    """All calendars, by name."""
    return await read_calendars(read)


@post("/", right=Right.ADMIN, operation_id="create_calendar", summary="Make a calendar")
async def create_calendar(tx: Tx, data: NewCalendar) -> Calendar:
    """Business hours with holidays: listed, of a country, from an iCalendar file."""
    return await read_calendar(tx, await make_calendar(tx, data))


@get("/{calendar_id:int}", right=Right.DIRECTORY_READ, operation_id="get_calendar", summary="Read a calendar")
async def get_calendar(read: Read, calendar_id: int) -> Calendar:
    """A calendar in its present version, with its days."""
    return await read_calendar(read, calendar_id)


@patch("/{calendar_id:int}", right=Right.ADMIN, operation_id="update_calendar", summary="Edit a calendar")
async def update_calendar(tx: Tx, calendar_id: int, data: CalendarPatch) -> Calendar:
    """Edit from now on: running clocks of the policies that count by it are re-based, the past stays as it was."""
    await edit_calendar(tx, calendar_id, data)
    return await read_calendar(tx, calendar_id)


@post(
    "/{calendar_id:int}/preview",
    right=Right.ADMIN,
    status_code=200,
    operation_id="preview_calendar",
    summary="See what an edit of a calendar would do",
)
async def preview_calendar(read: Read, calendar_id: int, data: CalendarPatch) -> EditPreview:
    """Which open clocks would move, become at risk, become breached. Nothing is changed."""
    return await try_calendar(read, calendar_id, data)


@get(
    "/{reference:str}/sla",
    right=Right.TICKET_READ,
    operation_id="get_sla_receipt",
    summary="Why the deadlines are where they are",
)
async def get_sla_receipt(read: Read, referenced_ticket_id: int) -> Receipt:
    """For each target: counted time, nights and holidays by name, pauses with their event, policy and calendar version."""
    return await get_receipt(read, referenced_ticket_id)


_policies = [list_sla_policies, create_sla_policy, get_sla_policy, update_sla_policy, preview_sla_policy]
_calendars = [list_calendars, create_calendar, get_calendar, update_calendar, preview_calendar]
router = Router(
    "/api",
    tags=["Service levels"],
    route_handlers=[
        Router("/sla-policies", route_handlers=_policies),
        Router("/calendars", route_handlers=_calendars),
        Router("/tickets", route_handlers=[get_sla_receipt]),
    ],
)
