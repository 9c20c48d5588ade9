"""`/api/tickets/:id/candidates`: whom routing would choose now, and why."""

from litestar import Router, get

from api.actor import Right
from api.db import Read
from api.routing.queries import list_candidates as read_candidates
from api.routing.wire import RoutingCandidates


@get(
    "/{reference:str}/candidates",
    right=Right.TICKET_WORK,
    operation_id="list_candidates",
    summary="Whom routing would choose",
)
async def list_candidates(read: Read, referenced_ticket_id: int) -> RoutingCandidates:
    """The agents who could get the ticket now, with their scores, best first."""
    return RoutingCandidates(await read_candidates(read, referenced_ticket_id))


router = Router("/api/tickets", tags=["Routing"], route_handlers=[list_candidates])
