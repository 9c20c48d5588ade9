"""Set one field of a ticket on the version one saw; it can be taken back for some seconds."""

from typing import Any

from litestar import Router, post

from api.actor import Right
from api.errors import Conflict, Problem
from api.events.tx import Tx
from api.people.queries import list_agents
from api.tickets.commands.bulk import change_tickets
from api.tickets.commands.lock import LockedTicket, lock_to_work
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.rules.moves import ALLOWED
from api.tickets.wire import BulkChange
from api.web.conflict import FIELDS, Conflicting, conflicting
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.pages.ticket import ticket_page
from api.web.render import speak

DONE = {"status": "moved", "priority": "prioritised", "agent_id": "assigned", "tags": "tagged"}


@post("/{number:str}/set", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def set_field(request: WebRequest, number: str) -> Page:
    """Write the field that the form names; when somebody was faster, show both and ask."""
    form = await read_form(request, speak(request))
    field = next((name for name in FIELDS if name in form.values), "status")
    version, is_stale, status = form.whole("version") or 0, False, 422
    try:
        async with writing(request) as tx:
            ticket = await lock_to_work(tx, await find_ticket_id(tx, number), version=version)
            bulk_id = await _change(tx, form, field, ticket)
        done = _done(request, field, form)
        return see(f"/tickets/{number}", f"{done}.{bulk_id}" if bulk_id else done)
    except Problem as problem:
        is_stale, status = problem.code == "ticket.stale", problem.status
        if not is_stale:
            form.refuse(problem)
            form.problem = form.problem or form.problems[form.first]
    conflict = await _conflict(request, number, field, form) if is_stale else None
    async with reading(request) as read:
        shown = new_form() if is_stale else form
        return await ticket_page(request, read, number, shown, status=status, conflict=conflict)


async def _change(tx: Tx, form: Form, field: str, ticket: LockedTicket) -> int | None:
    """Change the field; returns the key to take it back by, or None when there is no way back."""
    wanted = form.convert(BulkChange, ticket_ids=[ticket.id], **_wish(form, field, ticket))
    if wanted is None:
        raise Conflict("ticket.value", form.problems[form.first])
    result = await change_tickets(tx, wanted)
    if result.tickets[0].code is not None:
        raise Conflict(result.tickets[0].code, result.tickets[0].detail or "")
    is_way_back = field != "status" or ticket.status in ALLOWED[form["status"]]
    return result.id if is_way_back and result.tickets[0].is_changed else None


def _wish(form: Form, field: str, ticket: LockedTicket) -> dict[str, Any]:
    if field == "agent_id":
        return {"agent_id": form.whole("agent_id")}
    if field == "tags":
        tags = [tag.strip() for tag in form["tags"].split(",") if tag.strip()]
        return {"add_tags": tags, "remove_tags": [tag for tag in ticket.tags if tag not in tags]}
    return {field: form[field]}


def _done(request: WebRequest, field: str, form: Form) -> str:
    if field != "agent_id":
        return DONE[field]
    agent_id = form.whole("agent_id")
    return "handed_back" if agent_id is None else "taken" if agent_id == actor_of(request).id else "assigned"


async def _conflict(request: WebRequest, number: str, field: str, form: Form) -> Conflicting:
    async with reading(request) as read:
        ticket = await get_ticket(read, await find_ticket_id(read, number))
        agents = {agent.id: agent.name for agent in await list_agents(read)}
    return conflicting(ticket, field, form["was"], form[field], agents, speak(request))


router = Router("/tickets", route_handlers=[set_field])
