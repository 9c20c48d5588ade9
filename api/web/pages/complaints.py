"""A customer's complaints as a list: open ones or those that are done, or what a search finds among them."""

from typing import cast
from urllib.parse import urlencode

from litestar import Router, get
from msgspec.structs import replace

from api.actor import Right
from api.db import Read
from api.errors import Problem
from api.notifications.queries.notices import list_unread_ticket_ids
from api.search.queries.filters import resolve
from api.search.queries.find import as_advanced, search
from api.search.rules import MAX_LENGTH, parse
from api.tickets.queries.complaints import Complaint, list_complaints
from api.tickets.rules.moves import ALLOWED, DONE, is_active
from api.tickets.wire import Status
from api.web.http import Page, WebRequest, reading
from api.web.render import show, speak

PER_PAGE = 25
SHOWN: dict[str, list[Status] | None] = {
    "all": None,
    "open": cast("list[Status]", [status for status in ALLOWED if is_active(status)]),
    "done": cast("list[Status]", list(DONE)),
}
PARTS = {"complaints": ("list",)}


@get("/", right=Right.TICKET_READ, include_in_schema=False)
async def my_complaints(request: WebRequest, page: int = 1, q: str = "") -> Page:
    """The reader's complaints, the last changed first; of a search, the best match first."""
    shown = request.query_params.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    q = q.strip()[:MAX_LENGTH]
    trouble = ""
    found: list[Complaint] = []
    has_more = False
    async with reading(request) as read:
        try:
            found, has_more = await _found(read, q, SHOWN[shown], page)
        except Problem as problem:
            trouble = speak(request)(str(problem))
        unread = await list_unread_ticket_ids(read, [each.id for each in found])
        narrowing = {"show": shown} | ({"q": q} if q else {})
        return await show(
            request, read, "complaints.html", parts=PARTS,
            complaints=found, unread_ids=unread, show=shown, q=q, trouble=trouble,
            tabs=[(name, urlencode({"show": name} | ({"q": q} if q else {}))) for name in SHOWN],
            next=f"/complaints?{urlencode(narrowing | {'page': page + 1})}" if has_more else "",
            is_narrowed=shown != "all" or page > 1 or bool(q),
        )  # fmt: skip


async def _found(read: Read, q: str, statuses: list[Status] | None, page: int) -> tuple[list[Complaint], bool]:
    """A page, and whether another one follows."""
    if not q:
        found = await list_complaints(read, statuses=statuses, page=page, limit=PER_PAGE)
        return found[:PER_PAGE], len(found) > PER_PAGE
    query = parse(q, is_staff=False)
    wanted = as_advanced(await resolve(read, query), sort=query.sort, page=page, limit=PER_PAGE, cursor=None)
    hits = await search(read, replace(wanted, status=statuses) if statuses else wanted)
    ids = [hit.id for hit in hits.tickets]
    return await list_complaints(read, ids=ids, limit=PER_PAGE) if ids else [], page < hits.pagination.total_pages


router = Router("/complaints", route_handlers=[my_complaints])
