"""A ticket to be printed: head, conversation, files with their hashes, what happened. Internal notes only where they were ticked."""

from litestar import Router, get

from api.actor import Right
from api.people.queries import list_agents
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.web.http import Page, WebRequest, reading
from api.web.render import show, speak
from api.web.story import history


@get("/{number:str}/print", right=Right.TICKET_WORK, include_in_schema=False)
async def ticket_on_paper(request: WebRequest, number: str) -> Page:
    """The page; with `?notes=1` what is internal too, which every sheet then says."""
    with_notes = request.query_params.get("notes") == "1"
    async with reading(request) as read:
        ticket = await get_ticket(read, await find_ticket_id(read, number))
        names = {agent.id: agent.name for agent in await list_agents(read)}
        return await show(
            request, read, "paper.html",
            ticket=ticket, here=f"/tickets/{ticket.number}", with_notes=with_notes,
            comments=[comment for comment in ticket.comments if with_notes or not comment.is_internal],
            files=[file for file in ticket.attachments if with_notes or not file.is_internal],
            steps=list(reversed(history(ticket, names, (), speak(request)))),
        )  # fmt: skip


router = Router("/tickets", route_handlers=[ticket_on_paper])
