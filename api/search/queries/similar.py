"""Tickets that speak of the same as one ticket."""

from api.db import Read
from api.search.queries.blocks import BY_INDEX, newest_first
from api.search.wire import SimilarTicket
from api.visibility import visible_tickets

LIMIT = 10
TELLING_WORDS = 8
CANDIDATES = 200


async def list_similar(read: Read, ticket_id: int) -> list[SimilarTicket]:
    """The LIMIT tickets most like a visible one, as its reader may see them.

    Candidates are the newest CANDIDATES that have one of its TELLING_WORDS: words of subject and description, those of the
    subject first, that stand in the fewest tickets (PostgreSQL's statistics know the common ones). They are ordered by
    how many of these words they have, weighed by where, and by how alike the subjects are (trigram similarity).
    """
    visible, params = visible_tickets(read.actor)
    return await read.all(
        f"""
        with common as materialized (
            select e.word, e.frequency
            from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e(word, frequency)
            where s.schemaname = 'public' and s.tablename = 'ticket_documents' and s.attname = 'document'
              and e.word is not null
        ), telling as (
            select w.lexeme
            from ticket_documents d, unnest(ts_filter(d.document, '{{a,b}}')) w left join common on common.word = w.lexeme
            where d.ticket_id = %(ticket_id)s and length(w.lexeme) > 2
            order by coalesce(common.frequency, 0) * case when 'A' = any(w.weights) then 1 else 4 end
                     + case when 'A' = any(w.weights) then 0 else 0.01 end, w.lexeme
            limit {TELLING_WORDS}
        ), wanted as materialized (
            select string_agg(quote_literal(lexeme), ' | ')::tsquery as query from telling
        ), candidates as materialized (
            select hit.* from wanted
            cross join {newest_first()} b(block)
            cross join lateral (
                select d.ticket_id, d.document from ticket_documents d join tickets t on t.id = d.ticket_id
                where {BY_INDEX[0]} and d.document @@ wanted.query and d.ticket_id <> %(ticket_id)s and {visible}
                order by {BY_INDEX[1]} desc limit {CANDIDATES}
            ) hit limit {CANDIDATES}
        )
        select t.id, t.number, t.subject, t.status, t.created_at, t.resolved_at,
               (ts_rank(ts_filter(c.document, '{{a,b}}'), wanted.query) + similarity(t.subject, asked.subject))::float8 as similarity
        from candidates c cross join wanted join tickets t on t.id = c.ticket_id
        join tickets asked on asked.id = %(ticket_id)s
        order by similarity desc, t.id desc limit {LIMIT}
        """,
        params | {"ticket_id": ticket_id},
        SimilarTicket,
    )
