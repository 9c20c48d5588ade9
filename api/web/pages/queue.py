"""The agent's queue: views with counts, and the tickets of one of them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.db import Read
from api.people.commands.oneself import update_preferences
from api.people.wire import Preferences
from api.search.queries.saved import list_saved_searches
from api.tickets.queries.views import count_views, list_view
from api.tickets.rules.number import parse_number
from api.web import words
from api.web.forms import read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.narrowing import Narrowing, read_narrowing
from api.web.render import Toast, show, speak

PER_PAGE = 50
LARGEST = 200
"""Changed rows that are asked for at once."""
PARTS = {"views": ("views",), "list": ("list", "views"), "rows-more": ("rows",), "rows-live": ("rows", "counts")}


@get("/", right=Right.TICKET_WORK, include_in_schema=False)
async def queue(request: WebRequest, after: str | None = None) -> Page:
    """One view, the next due first; or only its counts, or more of its rows."""
    async with reading(request) as read:
        return await queue_page(request, read, narrowing_of(request), after=after)


@get("/find", right=Right.TICKET_WORK, include_in_schema=False)
async def find(number: str = "") -> Page:
    """Go to a ticket by its number, as a caller reads it out."""
    return see(f"/tickets/{quote(parse_number(number) or number.strip(), safe='')}")


@post("/density", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def set_density(request: WebRequest) -> Page:
    """Rows as high as this person likes them from now on, in every browser."""
    form = await read_form(request, speak(request))
    user_id = actor_of(request).id or 0
    async with writing(request) as tx:
        await update_preferences(
            tx, user_id, Preferences(density="compact" if form["density"] == "compact" else "comfortable")
        )
    forget(request.app.state, user_id)
    return see(f"/tickets?{urlencode(parse_qsl(form['back']))}")


async def queue_page(
    request: WebRequest,
    read: Read,
    shown: Narrowing,
    *,
    after: str | None = None,
    part: str | None = None,
    toast: Toast | None = None,
) -> Page:
    """The queue, in at most six statements whatever it holds."""
    part = part or request.headers.get("hx-target")
    ids = [int(text) for text in request.query_params.getall("id", []) if text.isdecimal()][:LARGEST] or None
    page = await list_view(
        read,
        shown.view,
        wanted=shown.wanted,
        ids=ids,
        order=shown.order,
        after=after,
        limit=1 if part == "views" else PER_PAGE,
    )
    counts = msgspec.structs.asdict(await count_views(read)) if part != "rows-more" else {}
    return await show(
        request, read, "queue.html", parts=PARTS, part=part, toast=toast,
        shown=shown, chips=shown.chips(speak(request)), views=words.VIEW, counts=counts,
        saved=await list_saved_searches(read) if part != "rows-more" else [],
        tickets=page.tickets, next=page.next, after=after, current=request.query_params.get("at", ""),
        nothing=words.NOTHING[shown.view],
    )  # fmt: skip


def narrowing_of(request: WebRequest) -> Narrowing:
    """What the address asks for."""

    def values(name: str) -> Sequence[Any]:
        return request.query_params.getall(name, [])

    return read_narrowing(values)


router = Router("/tickets", route_handlers=[queue, find, set_density])
