"""A customer's rating of how their complaint was handled."""

from datetime import datetime

import msgspec

from api.errors import Conflict, Forbidden, NotFound
from api.events.catalogue import CsatRated
from api.events.tx import Tx
from api.tickets.rules.rating import may_rate
from api.tickets.wire import NewRating


class _Rated(msgspec.Struct, frozen=True):
    status: str
    customer_id: int
    updated_at: datetime
    score: int | None
    first_rated_at: datetime | None


async def rate_ticket(tx: Tx, ticket_id: int, data: NewRating, *, is_by_link: bool = False) -> None:
    """Rate once the ticket is done; changeable for a week. Whoever holds a signed link speaks as the customer.

    Raises NotFound, Forbidden for anybody but the customer, Conflict before the end and after the week.
    """
    ticket = await tx.one(
        """
        select t.status, t.customer_id, t.updated_at, r.score, r.first_rated_at
        from tickets t left join csat_ratings r on r.ticket_id = t.id where t.id = %(id)s for update of t
        """,
        {"id": ticket_id},
        _Rated,
    )
    if ticket is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    if not is_by_link and ticket.customer_id != tx.actor.id:
        raise Forbidden("csat.not_yours", "Only the customer rates how the complaint was handled.")
    tx.not_before(ticket.updated_at)
    if not may_rate(ticket.status, ticket.first_rated_at, tx.now):
        early = ticket.first_rated_at is None
        sentence = "Rate it once it is resolved." if early else "The rating can no longer be changed."
        raise Conflict("csat.not_now", sentence)
    await tx.run(
        """
        insert into csat_ratings (ticket_id, score, comment, first_rated_at, rated_at)
        values (%(id)s, %(score)s, %(comment)s, %(now)s, %(now)s)
        on conflict (ticket_id) do update
        set score = excluded.score, comment = excluded.comment, rated_at = excluded.rated_at
        """,
        {"id": ticket_id, "score": data.score, "comment": data.comment or None, "now": tx.now},
    )
    old = {"score": ticket.score} if ticket.score is not None else None
    await tx.append(CsatRated(entity_id=ticket_id, ticket_id=ticket_id, old=old, new={"score": data.score}))
