"""`/api/search`, `/api/saved-searches` and `/api/tickets/:id/similar`."""

from typing import Annotated

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.search.commands import create_saved_search as create_saved
from api.search.commands import delete_saved_search as delete_saved
from api.search.commands import update_saved_search as update_saved
from api.search.queries.filters import resolve
from api.search.queries.find import as_advanced, count_hits, search
from api.search.queries.saved import get_saved_search as get_saved
from api.search.queries.saved import list_saved_searches as list_saved
from api.search.queries.similar import list_similar
from api.search.queries.suggest import did_you_mean, list_suggestions
from api.search.rules import MAX_LENGTH, parse, render
from api.search.wire import (
    AdvancedSearch,
    NewSavedSearch,
    SavedSearch,
    SavedSearchCount,
    SavedSearches,
    SavedSearchPatch,
    SearchPage,
    SimilarTickets,
    Suggestions,
)

Typed = Annotated[
    str,
    Parameter(
        max_length=MAX_LENGTH,
        description='Words, "phrases", -excluded words, ticket numbers and filters: status, priority, assignee, team, '
        "category, customer, tag, created, updated, is, sort",
    ),
]


@get("/", right=Right.TICKET_READ, operation_id="search_tickets", summary="Search tickets")
async def search_tickets(
    read: Read,
    q: Typed = "",
    page: int = 1,
    limit: int = 20,
    cursor: Annotated[str | None, Parameter(max_length=100)] = None,
) -> SearchPage:
    """Search in the words one types, the best match first. What one may not see is not found."""
    query = parse(q, is_staff=read.actor.is_staff)
    wanted = as_advanced(await resolve(read, query), sort=query.sort, page=page, limit=limit, cursor=cursor)
    found = await search(read, wanted)
    meant = None if found.tickets or cursor else await did_you_mean(read, query)
    return msgspec.structs.replace(found, q=render(query), did_you_mean=meant)


@post(
    "/advanced",
    right=Right.TICKET_READ,
    status_code=200,
    operation_id="search_tickets_advanced",
    summary="Search tickets by filters",
)
async def search_tickets_advanced(read: Read, data: AdvancedSearch) -> SearchPage:
    """Search by words and filters given as fields."""
    return await search(read, data)


@get("/suggest", right=Right.TICKET_READ, operation_id="suggest_tickets", summary="Suggest tickets while one types")
async def suggest_tickets(read: Read, q: Annotated[str, Parameter(max_length=100)] = "") -> Suggestions:
    """Tickets whose number or subject holds what was typed so far, from three letters on."""
    return Suggestions(await list_suggestions(read, q))


@get(
    "/{reference:str}/similar",
    right=Right.TICKET_WORK,
    operation_id="list_similar_tickets",
    summary="Find similar tickets",
)
async def list_similar_tickets(read: Read, referenced_ticket_id: int) -> SimilarTickets:
    """Tickets that speak of the same."""
    return SimilarTickets(await list_similar(read, referenced_ticket_id))


@get("/", right=Right.TICKET_WORK, operation_id="list_saved_searches", summary="List saved searches")
async def list_saved_searches(read: Read) -> SavedSearches:
    """One's own and the shared ones."""
    return SavedSearches(await list_saved(read))


@post("/", right=Right.TICKET_WORK, operation_id="create_saved_search", summary="Save a search")
async def create_saved_search(tx: Tx, data: NewSavedSearch) -> SavedSearch:
    """Keep a search under a name."""
    return await get_saved(tx, await create_saved(tx, data))


@get("/{saved_id:int}", right=Right.TICKET_WORK, operation_id="get_saved_search", summary="Read a saved search")
async def get_saved_search(read: Read, saved_id: int) -> SavedSearch:
    """One's own, or a shared one."""
    return await get_saved(read, saved_id)


@get(
    "/{saved_id:int}/count",
    right=Right.TICKET_WORK,
    operation_id="count_saved_search",
    summary="Count what a saved search finds",
)
async def count_saved_search(read: Read, saved_id: int) -> SavedSearchCount:
    """How many tickets it finds for the caller, counted up to 1,000."""
    saved = await get_saved(read, saved_id)
    return SavedSearchCount(*await count_hits(read, await resolve(read, parse(saved.q))))


@patch("/{saved_id:int}", right=Right.TICKET_WORK, operation_id="update_saved_search", summary="Change a saved search")
async def update_saved_search(tx: Tx, saved_id: int, data: SavedSearchPatch) -> SavedSearch:
    """Rename, rewrite, share or take back a search."""
    await update_saved(tx, saved_id, data)
    return await get_saved(tx, saved_id)


@delete("/{saved_id:int}", right=Right.TICKET_WORK, operation_id="delete_saved_search", summary="Delete a saved search")
async def delete_saved_search(tx: Tx, saved_id: int) -> None:
    """Forget a search."""
    await delete_saved(tx, saved_id)


router = Router(
    "/api",
    tags=["Search"],
    route_handlers=[
        Router("/search", route_handlers=[search_tickets, search_tickets_advanced, suggest_tickets]),
        Router("/tickets", route_handlers=[list_similar_tickets]),
        Router(
            "/saved-searches",
            route_handlers=[
                list_saved_searches,
                create_saved_search,
                get_saved_search,
                count_saved_search,
                update_saved_search,
                delete_saved_search,
            ],
        ),
    ],
)
