"""A ticket as far as its rating goes."""

from datetime import datetime

import msgspec

from api.db import Read
from api.errors import NotFound
from api.tickets.rules.rating import changeable_until, may_rate
from api.visibility import visible_tickets


class Rateable(msgspec.Struct, frozen=True, kw_only=True):
    """What is rated, and what was said of it so far."""

    id: int
    number: str
    subject: str
    status: str
    customer_id: int
    score: int | None
    comment: str | None
    first_rated_at: datetime | None

    def may_be_rated(self, now: datetime) -> bool:
        """Whether it is done, and a rating not yet final."""
        return may_rate(self.status, self.first_rated_at, now)

    @property
    def until(self) -> datetime | None:
        """Until when the rating may be changed; None when there is none yet."""
        return changeable_until(self.first_rated_at) if self.first_rated_at else None


async def get_rateable(read: Read, ticket_id: int) -> Rateable:
    """The ticket and its rating. Raises NotFound when the reader may not see it."""
    visible, params = visible_tickets(read.actor)
    found = await read.one(
        f"""
        select t.id, t.number, t.subject, t.status, t.customer_id, r.score, r.comment, r.first_rated_at
        from tickets t left join csat_ratings r on r.ticket_id = t.id
        where t.id = %(ticket_id)s and {visible}
        """,
        params | {"ticket_id": ticket_id},
        Rateable,
    )
    if found is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    return found
