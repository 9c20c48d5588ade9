"""All that happened to a ticket, newest first, narrowed to one kind of event."""

from litestar import Router, get

from api.actor import Right
from api.people.queries import list_agents
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.web.forms import new_form
from api.web.http import Page, WebRequest, reading
from api.web.render import is_partial, show, speak
from api.web.story import history
from api.web.words import N_

KINDS = {
    "": (N_("All"), ()),
    "fields": (N_("Fields"), ("ticket.created", "ticket.updated", "ticket.status_changed", "ticket.priority_changed")),
    "people": (N_("Agents"), ("ticket.assigned", "ticket.escalated", "ticket.routing_failed")),
    "clocks": (N_("Deadlines"), ("sla.applied", "sla.at_risk", "sla.breached")),
}


@get("/{number:str}/history", right=Right.TICKET_WORK, include_in_schema=False)
async def ticket_history(request: WebRequest, number: str) -> Page:
    """The events of one kind, `?kind=`; of all kinds when it says none."""
    _ = speak(request)
    kind = request.query_params.get("kind", "")
    kind = kind if kind in KINDS else ""
    async with reading(request) as read:
        ticket = await get_ticket(read, await find_ticket_id(read, number))
        names = {agent.id: agent.name for agent in await list_agents(read)}
        return await show(
            request, read, "act.html", parts={"*": ("act",)},
            ticket=ticket, here=f"/tickets/{ticket.number}", kind="history", form=new_form(), title=_("History"),
            in_dialog=is_partial(request), shown=kind, kinds=[(name, _(label)) for name, (label, _actions) in KINDS.items()],
            steps=history(ticket, names, KINDS[kind][1], _),
        )  # fmt: skip


router = Router("/tickets", route_handlers=[ticket_history])
