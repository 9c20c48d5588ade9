"""Many tickets at once: what they shall be, what became of each, and back."""

from urllib.parse import parse_qs

from litestar import Router, get, post

from api.actor import Right
from api.errors import Problem
from api.people.queries import list_agents, list_teams
from api.tickets.commands.bulk import change_tickets, undo_bulk
from api.tickets.queries.bulk import get_bulk
from api.tickets.queries.views import list_view_ids
from api.tickets.wire import BulkChange, BulkResult
from api.web import words
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.language import Translate
from api.web.narrowing import Narrowing, read_narrowing
from api.web.pages.queue import queue_page
from api.web.render import Toast, is_partial, show, speak, with_toast

LARGEST = 500
UNDO_SECONDS = 30
TOLD = ("resolved", "closed")
"""Statuses that the customer is told of, so that there is a question before and no way back."""
PARTS = {"bulk-bar": ("bar",), "dialog": ("ask",)}


@get("/tickets/bulk", right=Right.TICKET_WORK, include_in_schema=False)
async def bulk(request: WebRequest) -> Page:
    """What the ticked tickets shall be; `all` are those of the view."""
    ticket_ids = [int(text) for text in request.query_params.getall("ticket", []) if text.isdecimal()][:LARGEST]
    form = new_form(back=request.query_params.get("back", ""))
    return await _ask(request, form, ticket_ids, is_all="all" in request.query_params)


@post("/tickets/bulk", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def change(request: WebRequest) -> Page:
    """Change them. What customers are told of is asked first."""
    _ = speak(request)
    form = await read_form(request, _)
    ticket_ids = list(dict.fromkeys(form.wholes("ticket")))[:LARGEST]
    wanted = form.convert(BulkChange, ticket_ids=ticket_ids, **_wish(form)) if ticket_ids else None
    if wanted is None:
        form.problem = form.problem or _("Tick the tickets to change first.")
        return await _ask(request, form, ticket_ids, status=422)
    if form["status"] in TOLD and not form["sure"]:
        page = await _ask(request, form, ticket_ids, is_sure=False)
        page.headers.update({"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML"})
        return page
    try:
        async with writing(request) as tx:
            result = await change_tickets(tx, wanted)
    except Problem as problem:
        form.refuse(problem)
        return await _ask(request, form, ticket_ids, status=422)
    if not is_partial(request):
        return see(f"/bulk/{result.id}")
    return await _queue(request, form["back"], _toast(result, _, undo=form["status"] not in TOLD))


@get("/bulk/{bulk_id:int}", right=Right.TICKET_WORK, include_in_schema=False)
async def bulk_result(request: WebRequest, bulk_id: int) -> Page:
    """What became of each ticket."""
    async with reading(request) as read:
        result = await get_bulk(read, bulk_id)
        return await show(
            request, read, "bulk_result.html",
            result=result, changed=[t for t in result.tickets if t.is_changed],
            refused=[t for t in result.tickets if t.code], same=[t for t in result.tickets if not t.is_changed and not t.code],
        )  # fmt: skip


@post("/bulk/{bulk_id:int}/undo", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def undo(request: WebRequest, bulk_id: int) -> Page:
    """Take it back; what was changed since stays."""
    async with writing(request) as tx:
        result = await undo_bulk(tx, bulk_id)
    if not is_partial(request):
        return see(f"/bulk/{result.id}")
    _ = speak(request)
    refused = [ticket for ticket in result.tickets if ticket.code]
    if len(result.tickets) == 1 and not refused:
        text = _("Taken back.")
    else:
        text = _("%(n)s taken back", n=len(result.tickets) - len(refused))
        text += "".join(f", {ticket.number}: {ticket.detail}" for ticket in refused[:3])
    page = see("")
    page.status_code = 204
    del page.headers["Location"]
    return with_toast(page, Toast(text=text, more=f"/bulk/{result.id}" if refused else ""))


async def _ask(
    request: WebRequest,
    form: Form,
    ticket_ids: list[int],
    *,
    is_all: bool = False,
    is_sure: bool = True,
    status: int = 200,
) -> Page:
    _ = speak(request)
    async with reading(request) as read:
        shown = _narrowing(form["back"])
        if is_all:
            ticket_ids = await list_view_ids(read, shown.view, shown.wanted, LARGEST)
        agents = [(agent.id, agent.name) for agent in await list_agents(read)]
        teams = [(team.id, team.name) for team in await list_teams(read)]
        same = [("", _("leave as it is"))]
        return await show(
            request, read, "bulk.html", status=status, parts=PARTS, part=None if is_sure else "dialog",
            form=form, ticket_ids=ticket_ids, is_sure=is_sure, is_all=is_all, back=form["back"],
            statuses=[*same, *((value, _(word.label)) for value, word in words.STATUS.items() if value != "open")],
            priorities=[*same, *((value, _(word.label)) for value, word in words.PRIORITY.items())],
            agents=[*same, ("0", _("Nobody")), *agents], teams=[*same, *teams],
        )  # fmt: skip


def _wish(form: Form) -> dict[str, object]:
    """What the form says; what it leaves as it is is not among it."""
    wish: dict[str, object] = {name: form[name] for name in ("status", "priority", "team_id") if form[name]}
    if (agent_id := form.whole("agent_id")) is not None:
        wish["agent_id"] = agent_id or None
    for name in ("add_tags", "remove_tags"):
        if tags := [tag.strip() for tag in form[name].split(",") if tag.strip()]:
            wish[name] = tags
    return wish


def _toast(result: BulkResult, _: Translate, *, undo: bool) -> Toast:
    refused = [ticket for ticket in result.tickets if ticket.code]
    changed = sum(ticket.is_changed for ticket in result.tickets)
    text = _("%(n)s changed, %(m)s not", n=changed, m=len(refused)) if refused else _("%(n)s changed", n=changed)
    address = f"/bulk/{result.id}"
    return Toast(
        text=text,
        undo=f"{address}/undo" if undo and changed else "",
        more=address if refused else "",
        seconds=UNDO_SECONDS,
    )


async def _queue(request: WebRequest, back: str, toast: Toast) -> Page:
    async with reading(request) as read:
        page = await queue_page(request, read, _narrowing(back), toast=toast, part="list")
    page.headers.update({"HX-Retarget": "#list", "HX-Reswap": "outerHTML"})
    return page


def _narrowing(back: str) -> Narrowing:
    pairs = parse_qs(back)
    return read_narrowing(lambda name: pairs.get(name, []))


router = Router("/", route_handlers=[bulk, change, bulk_result, undo])
