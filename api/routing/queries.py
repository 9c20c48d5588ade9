"""Why this agent: whom routing would look at for a ticket."""

from api.db import Read, sql
from api.routing.wire import RoutingCandidate
from api.visibility import visible_tickets


async def list_candidates(read: Read, ticket_id: int) -> list[RoutingCandidate]:
    """The agents routing would consider for a visible ticket now, best first, at most 50."""
    visible, params = visible_tickets(read.actor)
    return await read.all(
        sql("routing/candidates").replace("/*visible*/", visible), params | {"ticket_id": ticket_id}, RoutingCandidate
    )
