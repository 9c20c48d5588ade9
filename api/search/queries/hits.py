"""The rows of one page of hits: why each matched, and the words around the match."""

from typing import Any

from api.db import Read
from api.search.rules import Term, any_of
from api.search.wire import Fragment, Highlight, SearchHit, Source
from api.tickets.queries.lists import JOINS, columns
from api.tickets.wire import TicketRow
from api.visibility import visible_comments, visible_tickets

BEGIN, END = "\x02", "\x03"
"""What PostgreSQL puts around a match. Both are taken out of the text first, so that nobody can write them."""
MARKED_CHARACTERS = 20_000
LOOKED_AT = 20
"""Of a ticket's comments, how many are looked at for the one to show: its newest."""

_WHOLE = f"StartSel={BEGIN}, StopSel={END}, HighlightAll=true"
_PIECES = f'StartSel={BEGIN}, StopSel={END}, MaxFragments=2, MinWords=6, MaxWords=20, FragmentDelimiter=" … "'
_SOURCES: dict[str, Source] = {"A": "subject", "B": "description", "C": "comment", "D": "internal_note"}


class _Hit(TicketRow, frozen=True, kw_only=True):
    weights: str
    marked_subject: str | None
    marked_description: str | None
    comment_id: int | None
    is_internal: bool | None
    marked_comment: str | None


async def list_hits(read: Read, keys: dict[int, float], terms: tuple[Term, ...], *, is_ranked: bool) -> list[SearchHit]:
    """The tickets of `keys`, in its order. Only these few are marked up; a customer's never from internal notes."""
    if not keys:
        return []
    is_staff = read.actor.is_staff or read.actor.kind == "system"
    weights = "ABCD" if is_staff else "ABC"
    matching = " || ".join(
        f"case when ts_filter(d.document, '{{{weight.lower()}}}') @@ wanted.query then '{weight}' else '' end"
        for weight in weights
    )
    visible, params = visible_tickets(read.actor)
    rows = await read.all(
        f"""
        with wanted as materialized (select search_query(%(words)s) as query)
        select {columns(read.actor)}, why.weights,
               case when why.weights like '%%A%%' then {_marked("t.subject", _WHOLE)} end as marked_subject,
               case when why.weights like '%%B%%' then {_marked("t.description", _PIECES)} end as marked_description,
               said.id as comment_id, said.is_internal,
               case when said.id is not null then {_marked("said.body", _PIECES)} end as marked_comment
        from wanted cross join unnest(%(ids)s::bigint[]) with ordinality page(id, n) join tickets t on t.id = page.id {JOINS}
        left join ticket_documents d on d.ticket_id = t.id
        cross join lateral (select coalesce({matching}, '') as weights) why
        left join lateral (
            select c.id, c.is_internal, c.body
            from (select * from comments c where c.ticket_id = t.id and {visible_comments(read.actor)}
                  order by c.id desc limit {LOOKED_AT}) c
            where why.weights ~ '[CD]' and search_document(left(c.body, {MARKED_CHARACTERS})) @@ wanted.query
            order by c.id desc limit 1
        ) said on true
        where {visible}
        order by page.n
        """,
        params | {"ids": list(keys), "words": any_of(terms), "now": read.now},
        _Hit,
    )
    return [_hit(row, keys[row.id] if is_ranked else None) for row in rows]


def _marked(text: str, options: str) -> str:
    plain = f"translate(left({text}, {MARKED_CHARACTERS}), '{BEGIN}{END}', '')"
    return f"search_headline({plain}, wanted.query, '{options}')"


def _hit(row: _Hit, score: float | None) -> SearchHit:
    fields: dict[str, Any] = {name: getattr(row, name) for name in TicketRow.__struct_fields__}
    marked: list[tuple[Source, int | None, str | None]] = [
        ("subject", None, row.marked_subject),
        ("description", None, row.marked_description),
        ("internal_note" if row.is_internal else "comment", row.comment_id, row.marked_comment),
    ]
    return SearchHit(
        **fields,
        score=score,
        matched_in=[_SOURCES[weight] for weight in row.weights],
        highlights=[
            Highlight(source=source, comment_id=comment_id, fragments=fragments(text))
            for source, comment_id, text in marked
            if text is not None
        ],
    )


def fragments(marked: str) -> list[Fragment]:
    """A marked text as pieces, in turn outside and inside a match; nothing in them is markup."""
    pieces = marked.replace(END, BEGIN).split(BEGIN)
    return [Fragment(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]
