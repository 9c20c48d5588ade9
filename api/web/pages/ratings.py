"""How a complaint was handled, as its customer found it: signed in, or by the link of a mail."""

from typing import Any

from litestar import Router, get, post

from api.actor import SYSTEM, Right
from api.errors import Forbidden, Problem
from api.tickets.commands.rate import rate_ticket
from api.tickets.queries.detail import find_ticket_id
from api.tickets.queries.rating import Rateable, get_rateable
from api.tickets.rules.rating import read_rating_token
from api.tickets.wire import NewRating
from api.web import words
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.render import formats, render, show, speak


@get("/complaints/{number:str}/rate", right=Right.TICKET_COMMENT, include_in_schema=False)
async def rating(request: WebRequest, number: str) -> Page:
    """The form, with what was said before."""
    async with reading(request) as read:
        ticket = await get_rateable(read, await find_ticket_id(read, number))
        if ticket.customer_id != read.actor.id:
            raise Forbidden("csat.not_yours", "Only the customer rates how the complaint was handled.")
        return await show(request, read, "rate.html", **_context(request, ticket, _form_of(ticket)))


@post("/complaints/{number:str}/rate", right=Right.TICKET_COMMENT, include_in_schema=False, status_code=200)
async def rate(request: WebRequest, number: str) -> Page:
    """Rate, or change the rating."""
    form = await read_form(request, speak(request))
    async with reading(request) as read:
        ticket = await get_rateable(read, await find_ticket_id(read, number))
    if await _rate(request, ticket.id, form, is_by_link=False):
        return see(f"/complaints/{ticket.number}", "rated")
    async with reading(request) as read:
        return await show(request, read, "rate.html", status=422, **_context(request, ticket, form))


@get("/rate/{signed:str}", right=Right.PUBLIC, include_in_schema=False)
async def rating_by_link(request: WebRequest, signed: str) -> Page:
    """The same for whoever holds the link of a mail; of one that is over it says where else to rate."""
    ticket = await _linked(request, signed)
    if ticket is None:
        return render(request, "rate_over.html", status=404)
    return render(request, "rate.html", **_context(request, ticket, _form_of(ticket)))


@post("/rate/{signed:str}", right=Right.PUBLIC, include_in_schema=False, status_code=200)
async def rate_by_link(request: WebRequest, signed: str) -> Page:
    """Rate without signing in."""
    form = await read_form(request, speak(request))
    ticket = await _linked(request, signed)
    if ticket is None:
        return render(request, "rate_over.html", status=404)
    if await _rate(request, ticket.id, form, is_by_link=True):
        return see(f"/rate/{signed}", "rated")
    return render(request, "rate.html", status=422, **_context(request, ticket, form))


async def _rate(request: WebRequest, ticket_id: int, form: Form, *, is_by_link: bool) -> bool:
    _ = speak(request)
    score = form.whole("score")
    if score not in words.SCORE:
        form.problems["score"] = _("Choose one of the five.")
    wanted = form.convert(NewRating, score=score, comment=form["comment"] or None)
    if wanted is None:
        return False
    try:
        async with writing(request) as tx:
            await rate_ticket(tx, ticket_id, wanted, is_by_link=is_by_link)
    except Problem as problem:
        form.refuse(problem)
    return not form.is_refused


async def _linked(request: WebRequest, signed: str) -> Rateable | None:
    state = request.app.state
    now = state.clock()
    ticket_id = read_rating_token(state.settings.secret_key, signed, now)
    if ticket_id is None:
        return None
    async with state.db.open_read(SYSTEM, now) as read:
        return await get_rateable(read, ticket_id)


def _form_of(ticket: Rateable) -> Form:
    return new_form(score=str(ticket.score or ""), comment=ticket.comment or "")


def _context(request: WebRequest, ticket: Rateable, form: Form) -> dict[str, Any]:
    f = formats(request)
    return {
        "ticket": ticket,
        "form": form,
        "may_rate": ticket.may_be_rated(f.now),
        "is_own": actor_of(request).id == ticket.customer_id,
        "scores": [(score, f._(label)) for score, label in words.SCORE.items()],
        "here": request.url.path,
    }


router = Router("/", route_handlers=[rating, rate, rating_by_link, rate_by_link])
