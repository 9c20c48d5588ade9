"""Before somebody complains a second time: their own open complaints that sound like it."""

from api.db import Read
from api.search.wire import Suggestion
from api.visibility import visible_tickets

LIMIT = 3
POOL = 200
"""Of a customer's tickets, how many are looked through: their newest."""
LIKENESS = 0.5
"""How alike two subjects have to be, by pg_trgm's `word_similarity`, from 0 to 1."""


async def list_alike(read: Read, subject: str) -> list[Suggestion]:
    """At most LIMIT tickets that the reader opened, that are not done, and whose subject is like this one; the most alike
    first."""
    visible, params = visible_tickets(read.actor)
    return await read.all(
        f"""
        select t.id, t.number, t.subject, t.status
        from (select * from tickets t where t.customer_id = %(reader_id)s and {visible}
              order by t.created_at desc, t.id desc limit {POOL}) t
        cross join lateral (
            select greatest(word_similarity(t.subject, %(subject)s), word_similarity(%(subject)s, t.subject)) as likeness
        ) alike
        where t.status not in ('resolved', 'closed') and alike.likeness >= {LIKENESS}
        order by alike.likeness desc, t.id desc limit {LIMIT}
        """,
        params | {"reader_id": read.actor.id, "subject": subject},
        Suggestion,
    )
