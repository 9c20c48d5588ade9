"""The minute's step of routing: try again what found nobody free."""

from api.events.tx import Tx
from api.routing.commands import route

BATCH = 500


async def route_waiting(tx: Tx) -> int:
    """Route at most BATCH waiting tickets, the most urgent first; returns how many found an agent."""
    waiting = await tx.values(
        """
        select id from tickets
        where is_awaiting_routing and assigned_agent_id is null and status not in ('resolved', 'closed')
        order by array_position(array['critical', 'high', 'medium', 'low'], priority), created_at, id
        limit %(batch)s for update skip locked
        """,
        {"batch": BATCH},
    )
    return await route(tx, waiting)
