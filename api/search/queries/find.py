"""Finding tickets: the newest hits are ranked, counted by facet and paged through, and no word is too common for it.

A search without words takes the newest CAP tickets its filters let through. One with words goes one of two ways:

- words first: block after block of 65,536 tickets, the newest first, the index says which tickets of the block have
  the words, until CAP are found. A common word ends after a block or two; a rare one costs a look into each block.
- filters first: the tickets that pass the filters, then whether they have the words. Better when few tickets pass.

The planner's estimates of both decide; nothing is run for them. A customer's search always filters first, down to their
newest POOL tickets, and never touches the words of internal notes: they are taken out of the document before it is asked.
"""

from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from api.db import Read
from api.errors import Invalid, Malformed
from api.pages import Pagination
from api.search.queries.blocks import BY_INDEX, BY_KEY, newest_first, oldest_first
from api.search.queries.filters import conditions
from api.search.queries.hits import list_hits
from api.search.rules import Sort, Term, parse_terms, websearch
from api.search.wire import AdvancedSearch, FacetCount, Facets, SearchFilter, SearchPage
from api.visibility import visible_tickets

CAP = 1_000
"""Hits that are ranked, counted and paged through: the newest."""
POOL = 2_000
"""Of a customer's tickets, how many are searched: their newest."""
FEW = 20_000
"""Tickets that are sooner read one by one than found by their words."""
COMMON = 0.1
"""Share of tickets from which on words are found sooner along the primary key than by a block's index entries."""
FACET_VALUES = 20

QUERY = "search_query(%(words)s)"
_COLUMNS = "t.id, t.status, t.priority, t.team_id, t.category_id, t.assigned_agent_id, t.created_at, t.updated_at"
_KEYS: dict[Sort, str] = {
    "relevance": f"""ts_rank_cd(h.document, {QUERY})
        * (0.5 + 0.5 * exp(-greatest(extract(epoch from %(as_of)s - h.created_at)::float8, 0) / 7776000))""",
    "newest": "extract(epoch from h.created_at)",
    "oldest": "-extract(epoch from h.created_at)",
    "updated": "extract(epoch from h.updated_at)",
}
"""What hits are ordered by, the greatest first. Relevance: cover density over weights A to D (Clarke, Cormack & Tudhope,
"Relevance ranking for one to three term queries", 2000), of which 90 days (7,776,000 s) of age take up to a half."""
_ORDERS = {"oldest": "t.created_at, t.id", "updated": "t.updated_at desc, t.id desc"}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of a search. `keys` is by ticket id, in the order of the page; `has_more` says that another page follows."""

    count: int
    is_exact: bool
    keys: dict[int, float]
    has_more: bool
    facets: Facets


class _Row(msgspec.Struct, frozen=True):
    count: int
    facets: dict[str, list[Any]]
    page: list[tuple[int, float]]


class _Position(msgspec.Struct, frozen=True):
    as_of: datetime
    key: float | None = None
    ticket_id: int = 0


async def search(read: Read, wanted: AdvancedSearch) -> SearchPage:
    """A page of what is wanted. Raises Invalid on text that is too much, Malformed on a cursor that is none."""
    terms = parse_terms(wanted.text)
    at = _decoded(wanted.cursor) if wanted.cursor else _Position(read.now)
    offset = 0 if wanted.cursor else (wanted.page - 1) * wanted.limit
    found = await find(read, wanted, terms, wanted.sort, at, limit=wanted.limit, offset=offset)
    hits = await list_hits(read, found.keys, terms, is_ranked=wanted.sort == "relevance" and bool(websearch(terms)))
    last = next(reversed(found.keys.items()), None)
    return SearchPage(
        tickets=hits,
        pagination=Pagination(
            total=found.count,
            page=wanted.page,
            limit=wanted.limit,
            total_pages=-(-found.count // wanted.limit),
            total_is_exact=found.is_exact,
        ),
        next=_encoded(_Position(at.as_of, last[1], last[0])) if last and found.has_more else None,
        facets=found.facets,
        is_exact=found.is_exact,
    )


async def count_hits(read: Read, wanted: SearchFilter) -> tuple[int, bool]:
    """How many tickets are found, up to CAP, and whether that is all."""
    found = await find(read, wanted, parse_terms(wanted.text), "newest", _Position(read.now), limit=1, offset=0)
    return found.count, found.is_exact


async def find(
    read: Read, wanted: SearchFilter, terms: tuple[Term, ...], sort: Sort, at: _Position, *, limit: int, offset: int
) -> Found:
    """The hits, counted, and the keys of one page of them."""
    is_staff = read.actor.is_staff or read.actor.kind == "system"
    if not is_staff and (wanted.tags or wanted.customer_id):
        raise Invalid("search.staff", "Only the team that handles complaints can search by tag or customer.")
    words = websearch(terms)
    if not words and sort == "relevance":
        sort = "newest"
    visible, params = visible_tickets(read.actor)
    filters, filter_params = conditions(read.actor, wanted)
    if at.key is not None:
        filters.append("t.created_at <= %(as_of)s")
    params = params | filter_params
    params |= {"now": read.now, "as_of": at.as_of, "words": words, "key": at.key, "after_id": at.ticket_id}
    params |= {"cap": CAP + 1, "limit": limit + 1, "offset": offset}
    where = " and ".join([visible, *filters])
    if not words:
        hits = f"select {_COLUMNS} from tickets t where {where} order by {_ORDERS.get(sort, 't.created_at desc, t.id desc')} limit %(cap)s"
    elif not is_staff:
        pool = f"{where} order by t.created_at desc, t.id desc limit {POOL}"
        # without exclusions, what the public words match the whole document matches, and asking that is cheaper
        sieve = "true" if any(term.is_excluded for term in terms) else f"d.document @@ {QUERY}"
        hits = _filters_first(pool, sort, "ts_filter(d.document, '{a,b,c}')", sieve)
    else:
        expected = await _expect(read, where, params)
        if expected.passing <= min(FEW, expected.having):
            hits = _filters_first(where, sort, "d.document")
        else:
            hits = _words_first(where, sort, is_common=expected.having > COMMON * expected.documents)
    row = await read.one(_statement(hits, sort, has_key=at.key is not None), params, _Row)
    assert row is not None
    return Found(
        count=min(row.count, CAP),
        is_exact=row.count <= CAP,
        keys=dict(row.page[:limit]),
        has_more=len(row.page) > limit,
        facets=_facets(row.facets),
    )


def _words_first(where: str, sort: Sort, *, is_common: bool) -> str:
    """Hits block by block. A lateral join goes through its blocks in order and stops with the outer limit.

    `offset 0` keeps the planner from going through the tickets that pass the filters, which are not bound to the block.
    """

    def through(blocks: str, way: tuple[str, str], direction: str = "desc") -> str:
        in_block, key = way
        return f"""
            select hit.* from {blocks} b(block) cross join lateral (
                select t.*, d.document from ticket_documents d
                cross join lateral (select {_COLUMNS} from tickets t where t.id = d.ticket_id and {where} offset 0) t
                where {in_block} and d.document @@ {QUERY}
                order by {key} {direction} limit %(cap)s
            ) hit
        """

    if sort == "oldest":
        return f"{through(oldest_first(), BY_INDEX, 'asc')} limit %(cap)s"
    if not is_common:
        return f"{through(newest_first(), BY_INDEX)} limit %(cap)s"
    newest, older = through(newest_first(1), BY_KEY), through(newest_first(skip=1), BY_INDEX)
    return f"select * from ({newest}) newest union all select * from ({older}) older limit %(cap)s"


def _filters_first(where: str, sort: Sort, document: str, sieve: str = "true") -> str:
    """Hits among the tickets of `where`, whose words are `document`; `sieve` lets through at least those."""
    order = "pool.id" if sort == "oldest" else "pool.id desc"
    return f"""
        select pool.*, said.document
        from (select {_COLUMNS} from tickets t where {where} offset 0) pool
        cross join lateral (
            select {document} as document from ticket_documents d where d.ticket_id = pool.id and {sieve} offset 0
        ) said
        where said.document @@ {QUERY} order by {order} limit %(cap)s
    """


def _statement(hits: str, sort: Sort, *, has_key: bool) -> str:
    after = "(key, id) < (%(key)s::float8, %(after_id)s)" if has_key else "true"
    facets = ", ".join(f"'{name}', {_facet(column, label)}" for name, column, label in _FACETS)
    return f"""
        with found as materialized ({hits}),
        h as materialized (select * from found limit {CAP}),
        ranked as (select h.id, ({_KEYS[sort]})::float8 as key from h),
        page as (select id, key from ranked where {after} order by key desc, id desc limit %(limit)s offset %(offset)s)
        select (select count(*) from found)::integer as count, jsonb_build_object({facets}) as facets,
               (select coalesce(jsonb_agg(jsonb_build_array(id, key) order by key desc, id desc), '[]') from page) as page
    """


_FACETS = (
    ("status", "status", None),
    ("priority", "priority", None),
    ("team", "team_id", "teams"),
    ("category", "category_id", "categories"),
    ("assignee", "assigned_agent_id", "users"),
)


def _facet(column: str, label: str | None) -> str:
    name = f"(select n.name from {label} n where n.id = c.value)" if label else "null"
    return f"""(
        select coalesce(jsonb_agg(jsonb_build_array(c.value, {name}, c.count) order by c.count desc, c.value), '[]')
        from (select {column} as value, count(*) as count from h group by 1 order by 2 desc, 1 limit {FACET_VALUES}) c
    )"""


def _facets(counted: dict[str, list[Any]]) -> Facets:
    return Facets(**{name: [FacetCount(*values) for values in counts] for name, counts in counted.items()})


class _Expected(msgspec.Struct, frozen=True):
    """Rows the planner expects: tickets that pass the filters, documents that have the words, and all documents."""

    passing: int
    having: int
    documents: int


async def _expect(read: Read, where: str, params: dict[str, Any]) -> _Expected:
    plan = await read.value(
        f"""
        explain (format json)
        select 1 from tickets t where {where}
        union all (select 1 from ticket_documents d where d.document @@ {QUERY}) union all (select 1 from ticket_documents)
        """,
        params,
    )
    return _Expected(*(part["Plan Rows"] for part in plan[0]["Plan"]["Plans"]))


def _encoded(at: _Position) -> str:
    return f"{at.as_of.timestamp()!r}_{at.key!r}_{at.ticket_id}"


def _decoded(cursor: str) -> _Position:
    try:
        as_of, key, ticket_id = cursor.split("_")
        return _Position(datetime.fromtimestamp(float(as_of), UTC), float(key), int(ticket_id))
    except (ValueError, OverflowError, OSError) as error:
        raise Malformed("page.cursor", "That is not a cursor of this search.", parameter="cursor") from error


def as_advanced(
    wanted: SearchFilter, *, sort: Sort | None, page: int, limit: int, cursor: str | None
) -> AdvancedSearch:
    """A filter with the page of it that is wanted. Raises Malformed when page or limit is out of bounds."""
    if not 1 <= limit <= 100 or not 1 <= page <= CAP:
        raise Malformed("page.limit", f"page is 1 to {CAP}, limit 1 to 100.", parameter="limit")
    fields = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return AdvancedSearch(**cast("Any", fields), sort=sort or "relevance", page=page, limit=limit, cursor=cursor)
