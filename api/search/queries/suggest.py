"""While somebody types: tickets whose number or subject holds the letters; and the word that was probably meant."""

import msgspec

from api.db import Read
from api.search.queries.blocks import BY_INDEX, newest_first
from api.search.queries.find import POOL
from api.search.rules import Query, Term, render
from api.search.wire import Suggestion
from api.visibility import visible_tickets

LIMIT = 8
MIN_LENGTH = 3
"""Letters below which no trigram is whole."""
BLOCKS = 4
"""Blocks of tickets that are looked through, the newest: a quarter of a million."""
SPELLED_BLOCKS = 1
SPELLED_TITLES = 150
MIN_SIMILARITY = 0.3


async def list_suggestions(read: Read, typed: str) -> list[Suggestion]:
    """The newest tickets whose number and subject hold every word that was typed, at most LIMIT.

    Of an agent the newest BLOCKS blocks are looked through, of a customer their newest POOL tickets.
    """
    words = typed.split()[:8]
    if max((len(word) for word in words), default=0) < MIN_LENGTH:
        return []
    visible, params = visible_tickets(read.actor)
    params = params | {f"word_{n}": f"%{_escaped(word)}%" for n, word in enumerate(words)}
    holding = " and ".join(f"d.title ilike %(word_{n})s" for n in range(len(words)))
    columns = "t.id, t.number, t.subject, t.status"
    return await read.all(_titles(read, columns, holding, visible, BLOCKS, LIMIT), params, Suggestion)


async def did_you_mean(read: Read, query: Query) -> str | None:
    """The search with its words as they stand in the subjects its reader may see, or None when no word is near.

    Nearness is trigram similarity (pg_trgm), of which MIN_SIMILARITY is asked; titles looked at are alike, or hold the
    word's first three letters, since people mostly err later on.
    """
    words = [term.text for term in query.terms if not term.is_phrase and not term.is_excluded]
    words = [word for word in dict.fromkeys(words) if len(word) > MIN_LENGTH][:5]
    if not words:
        return None
    visible, params = visible_tickets(read.actor)
    titles = _titles(
        read,
        "t.subject",
        "(d.title %%> typed.word or d.title ilike '%%' || left(typed.word, 3) || '%%')",
        visible,
        SPELLED_BLOCKS,
        SPELLED_TITLES,
    )
    found = await read.all(
        f"""
        select typed.word as typed, nearest.word as meant
        from unnest(%(words)s::text[]) typed(word)
        cross join lateral (
            select lower(w.word) as word from ({titles}) titles, regexp_split_to_table(titles.subject, '[^[:alnum:]]+') w(word)
            where length(w.word) > 2 and similarity(w.word, typed.word) >= {MIN_SIMILARITY}
            group by 1 order by max(similarity(w.word, typed.word)) desc, count(*) desc, 1 limit 1
        ) nearest
        """,
        params | {"words": words},
        _Spelled,
    )
    meant = {spelled.typed: spelled.meant for spelled in found}
    terms = tuple(
        msgspec.structs.replace(term, text=meant.get(term.text, term.text)) if not term.is_phrase else term
        for term in query.terms
    )
    changed = [term for term in terms if term not in query.terms and term.text.lower() not in _texts(query.terms)]
    return render(msgspec.structs.replace(query, terms=terms)) if changed else None


class _Spelled(msgspec.Struct, frozen=True):
    typed: str
    meant: str


def _texts(terms: tuple[Term, ...]) -> set[str]:
    return {term.text.lower() for term in terms}


def _titles(read: Read, columns: str, condition: str, visible: str, blocks: int, limit: int) -> str:
    """Tickets by what their title is like, the newest first: of a customer among their own, else block by block."""
    if read.actor.role == "customer":
        return f"""
            select {columns}
            from (select * from tickets t where {visible} order by t.created_at desc, t.id desc limit {POOL}) t
            join ticket_documents d on d.ticket_id = t.id
            where {condition} order by t.created_at desc, t.id desc limit {limit}
        """
    return f"""
        select hit.*
        from {newest_first(blocks)} b(block)
        cross join lateral (
            select {columns} from ticket_documents d join tickets t on t.id = d.ticket_id
            where {BY_INDEX[0]} and {condition} and {visible}
            order by {BY_INDEX[1]} desc limit {limit}
        ) hit limit {limit}
    """


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
