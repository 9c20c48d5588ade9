"""Time spent on a ticket: written down, timed, taken back, in the ticket's side panel."""

from litestar import Router, post

from api.actor import Right
from api.errors import Problem
from api.events.tx import Tx
from api.tickets.queries.detail import find_ticket_id
from api.time_entries.commands import add_time_entry, remove_time_entry, start_timer, stop_timer
from api.time_entries.wire import NewTimeEntry, NewTimer
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.pages.ticket import ticket_page
from api.web.render import speak

DONE = {"start": "timing", "stop": "timed", "remove": "untimed", "add": "timed"}


@post("/{number:str}/time", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def spend_time(request: WebRequest, number: str) -> Page:
    """Do what the pressed button says; what cannot be read stays in its field."""
    form = await read_form(request, speak(request))
    act = form["act"] if form["act"] in DONE else "add"
    status = 422
    try:
        async with writing(request) as tx:
            await _do(tx, await find_ticket_id(tx, number), act, form)
        if not form.is_refused:
            return see(f"/tickets/{number}", DONE[act])
    except Problem as problem:
        form.refuse(problem)
        status = problem.status
    async with reading(request) as read:
        return await ticket_page(request, read, number, form, status=status)


async def _do(tx: Tx, ticket_id: int, act: str, form: Form) -> None:
    entry_id = form.whole("entry_id") or 0
    is_billable = form["is_billable"] == "1"
    match act:
        case "start":
            await start_timer(tx, ticket_id, NewTimer(is_billable=is_billable))
        case "stop":
            await stop_timer(tx, entry_id)
        case "remove":
            await remove_time_entry(tx, entry_id)
        case _:
            wanted = form.convert(
                NewTimeEntry, duration=form["duration"], description=form["description"], is_billable=is_billable
            )
            if wanted is not None:
                await add_time_entry(tx, ticket_id, wanted)


router = Router("/tickets", route_handlers=[spend_time])
