"""Search: words and filters in one line, facets that narrow it, why each ticket was found, searches to keep."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Router, get, post
from msgspec.structs import replace

from api.actor import Right
from api.errors import Invalid, Problem
from api.search.commands import create_saved_search, delete_saved_search
from api.search.queries.filters import resolve
from api.search.queries.find import as_advanced, search
from api.search.queries.saved import list_saved_searches
from api.search.queries.suggest import did_you_mean
from api.search.rules import MAX_LENGTH, Query, parse, render
from api.search.wire import Facets, NewSavedSearch, SearchPage
from api.web import words
from api.web.forms import new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.language import Translate
from api.web.render import show, speak
from api.web.words import N_

PER_PAGE = 20
FACETS = {
    "status": N_("Status"),
    "priority": N_("Priority"),
    "team": N_("Team"),
    "category": N_("Subject area"),
    "assignee": N_("Agent"),
}
_LISTED = 8


class Narrower(msgspec.Struct, frozen=True):
    """A value of a facet: how many hits have it, and the search with it, or without it when it is on already."""

    label: str
    count: int
    q: str
    is_on: bool


@get("/", right=Right.TICKET_WORK, include_in_schema=False)
async def search_page(request: WebRequest, q: str = "", cursor: str | None = None) -> Page:
    """What is found; a ticket's number leads to the ticket."""
    _ = speak(request)
    q = q.strip()[:MAX_LENGTH]
    form, found, query, meant = new_form(name=""), None, Query(), None
    async with reading(request) as read:
        try:
            query = parse(q)
            if len(query.numbers) == 1 and query == Query(numbers=query.numbers):
                return see(f"/tickets/{query.numbers[0]}")
            if q:
                wanted = await resolve(read, query)
                found = await search(read, as_advanced(wanted, sort=query.sort, page=1, limit=PER_PAGE, cursor=cursor))
                meant = None if found.tickets or cursor else await did_you_mean(read, query)
        except Invalid as problem:
            form.problem = _(str(problem))
        saved = await list_saved_searches(read)
        return await show(
            request, read, "search.html", parts={"hits-more": ("hits",)},
            q=q, form=form, found=found, meant=meant, facets=_facets(found, query, _) if found else [],
            drops=_drops(query), saved=saved, kept=next((s for s in saved if s.q == q and s.owner_id == actor_of(request).id), None),
            next=f"/search?{urlencode({'q': q, 'cursor': found.next})}" if found and found.next else "",
        )  # fmt: skip


@post("/saved", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def keep(request: WebRequest) -> Page:
    """Keep a search under a name, for oneself or for all."""
    form = await read_form(request, speak(request))
    address = f"/search?{urlencode({'q': form['q']})}"
    wanted = form.convert(NewSavedSearch, name=form["name"], q=form["q"], is_shared=form["is_shared"] == "1")
    if wanted is None:
        return see(address)
    try:
        async with writing(request) as tx:
            await create_saved_search(tx, wanted)
    except Problem as problem:
        if problem.status != 409:
            raise
        return see(address, "name_taken")
    return see(address, "kept")


@post("/saved/{saved_id:int}/forget", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def forget(request: WebRequest, saved_id: int) -> Page:
    """Delete a search of one's own."""
    async with writing(request) as tx:
        await delete_saved_search(tx, saved_id)
    return see("/search", "forgotten")


def _facets(found: SearchPage, query: Query, _: Translate) -> list[tuple[str, list[Narrower]]]:
    return [
        (_(title), narrowers)
        for name, title in FACETS.items()
        if (narrowers := _narrowers(name, found.facets, query, _))
    ]


def _narrowers(name: str, facets: Facets, query: Query, _: Translate) -> list[Narrower]:
    on: tuple[str, ...] = getattr(query, name)
    shown: list[Narrower] = []
    for count in getattr(facets, name)[:_LISTED]:
        value = count.label or count.value
        if value is None:
            continue
        value = str(value)
        is_on = value.lower() in (each.lower() for each in on)
        less = tuple(each for each in on if each.lower() != value.lower())
        changed: dict[str, Any] = {name: less if is_on else (*on, value)}
        table = {"status": words.STATUS, "priority": words.PRIORITY}.get(name, {})
        label = _(table[value].label) if value in table else value
        shown.append(Narrower(label, count.count, render(replace(query, **changed)), is_on))
    return shown


def _drops(query: Query) -> list[tuple[str, str]]:
    """(a filter as one types it, the search without it)."""
    found: list[tuple[str, str]] = []
    for name in query.__struct_fields__:
        values = getattr(query, name)
        if name not in ("terms", "numbers", "sort") and isinstance(values, tuple):
            for value in values:
                less: dict[str, Any] = {name: tuple(each for each in values if each != value)}
                found.append((f"{name.rstrip('_')}:{value}", render(replace(query, **less))))
    return found


router = Router("/search", route_handlers=[search_page, keep, forget])
