"""The agent's queue: views with counts, and the tickets of one of them."""

from urllib.parse import quote

import msgspec
from litestar import Router, get

from api.actor import Right
from api.tickets.queries.views import VIEWS, View, count_views, list_view
from api.tickets.rules.number import parse_number
from api.web import words
from api.web.http import Page, WebRequest, reading, see
from api.web.render import show

PER_PAGE = 50


@get("/", right=Right.TICKET_WORK, include_in_schema=False)
async def queue(request: WebRequest, view: str = "mine", after: str | None = None) -> Page:
    """One view, the next due first."""
    shown = known_view(view)
    async with reading(request) as read:
        counts = await count_views(read)
        page = await list_view(read, shown, after=after, limit=PER_PAGE)
        return await show(
            request, read, "queue.html",
            view=shown, views=words.VIEW, counts=msgspec.structs.asdict(counts), tickets=page.tickets, next=page.next, after=after,
            nothing=words.NOTHING[shown],
        )  # fmt: skip


@get("/find", right=Right.TICKET_WORK, include_in_schema=False)
async def find(number: str = "") -> Page:
    """Go to a ticket by its number, as a caller reads it out."""
    return see(f"/tickets/{quote(parse_number(number) or number.strip(), safe='')}")


def known_view(name: str | None) -> View:
    """The view of that name, else the reader's own tickets."""
    return name if name in VIEWS else "mine"


router = Router("/tickets", route_handlers=[queue, find])
