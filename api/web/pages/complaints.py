"""A customer's pages: their complaints, a new one, one with its conversation."""

from typing import Literal, cast

from litestar import Router, get, post

from api.actor import Right
from api.conversation.wire import NewComment
from api.db import Read
from api.errors import Problem
from api.people.queries import list_categories
from api.tickets.commands.status import change_status
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.queries.lists import TicketFilter, list_tickets
from api.tickets.rules.moves import ALLOWED, DONE, is_active
from api.tickets.wire import NewTicket, Status, StatusChange
from api.web import words
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.once import open_once, say_once
from api.web.render import formats, show, speak
from api.web.standing import promises, sentence
from api.web.story import customer_steps

PER_PAGE = 25
_SHOWN: dict[str, list[Status] | None] = {
    "all": None,
    "open": cast("list[Status]", [status for status in ALLOWED if is_active(status)]),
    "done": cast("list[Status]", list(DONE)),
}


@get("/", right=Right.TICKET_READ, include_in_schema=False)
async def my_complaints(request: WebRequest, page: int = 1) -> Page:
    """The reader's tickets, the last changed first."""
    shown = request.query_params.get("show", "all")
    shown = shown if shown in _SHOWN else "all"
    async with reading(request) as read:
        found = await list_tickets(
            read, TicketFilter(status=_SHOWN[shown]), page=page, limit=PER_PAGE, sort="updated_at"
        )
        following = f"/complaints?show={shown}&page={page + 1}" if page < found.pagination.total_pages else ""
        return await show(
            request, read, "complaints.html",
            tickets=found.tickets, show=shown, next=following, is_narrowed=shown != "all" or page > 1,
        )  # fmt: skip


@get("/new", right=Right.TICKET_CREATE, include_in_schema=False)
async def new_complaint(request: WebRequest) -> Page:
    """An empty form."""
    async with reading(request) as read:
        return await _complaint_form(request, read, new_form(priority="medium"))


@post("/new", right=Right.TICKET_CREATE, include_in_schema=False, status_code=200)
async def send_complaint(request: WebRequest) -> Page:
    """Open the complaint once, however often the form is sent."""
    form = await read_form(request, speak(request))
    wanted = form.convert(
        NewTicket,
        subject=form["subject"],
        description=form["description"],
        category_id=form.whole("category_id"),
        priority=form["priority"] or "medium",
    )
    if wanted is not None:
        try:
            async with writing(request) as tx:
                number = await open_once(tx, form.key, wanted)
            return see(f"/complaints/{number}", "complained")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await _complaint_form(request, read, form, status=422)


@get("/{number:str}", right=Right.TICKET_READ, include_in_schema=False)
async def complaint(request: WebRequest, number: str) -> Page:
    """One complaint: where it stands, what was said."""
    async with reading(request) as read:
        return await _complaint(request, read, number, new_form())


@post("/{number:str}/reply", right=Right.TICKET_COMMENT, include_in_schema=False, status_code=200)
async def reply(request: WebRequest, number: str) -> Page:
    """Add to the conversation, once however often the form is sent."""
    form = await read_form(request, speak(request))
    said = form.convert(NewComment, comment=form["comment"])
    if said is not None:
        try:
            async with writing(request) as tx:
                await say_once(tx, await find_ticket_id(tx, number), form.key, said)
            return see(f"/complaints/{number}", "replied")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await _complaint(request, read, number, form, status=422)


@post("/{number:str}/solved", right=Right.TICKET_COMMENT, include_in_schema=False, status_code=200)
async def solved(request: WebRequest, number: str) -> Page:
    """The customer says that the problem is gone."""
    return await _move(request, number, "resolved", "solved")


@post("/{number:str}/reopen", right=Right.TICKET_REOPEN, include_in_schema=False, status_code=200)
async def reopen(request: WebRequest, number: str) -> Page:
    """The customer says that it is not."""
    return await _move(request, number, "in_progress", "reopened")


async def _move(request: WebRequest, number: str, status: Literal["resolved", "in_progress"], done: str) -> Page:
    form = await read_form(request, speak(request))
    try:
        async with writing(request) as tx:
            await change_status(tx, await find_ticket_id(tx, number), StatusChange(status=status))
        return see(f"/complaints/{number}", done)
    except Problem as problem:
        form.refuse(problem)
    async with reading(request) as read:
        return await _complaint(request, read, number, form, status=409)


async def _complaint(request: WebRequest, read: Read, number: str, form: Form, *, status: int = 200) -> Page:
    ticket = await get_ticket(read, await find_ticket_id(read, number))
    f = formats(request)
    return await show(
        request, read, "complaint.html", status=status,
        ticket=ticket, form=form, standing=sentence(ticket, f), promises=promises(ticket),
        steps=customer_steps(ticket, speak(request)),
    )  # fmt: skip


async def _complaint_form(request: WebRequest, read: Read, form: Form, *, status: int = 200) -> Page:
    _ = speak(request)
    areas = [(category.id, category.path) for category in await list_categories(read)]
    return await show(
        request, read, "complaint_new.html", status=status,
        form=form, categories=[("", _("I am not sure")), *areas] if areas else [],
        urgencies=[(value, _(label)) for value, label in words.URGENCY.items()],
    )  # fmt: skip


router = Router(
    "/complaints", route_handlers=[my_complaints, new_complaint, send_complaint, complaint, reply, solved, reopen]
)
