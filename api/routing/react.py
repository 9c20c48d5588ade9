"""A new ticket is routed at once; who goes offline can hand back what they have not touched, who leaves hands it over."""

from collections.abc import Sequence

from api.events.catalogue import Event, TicketCreated, UserUpdated
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.routing.commands import hand_back, hand_over, route


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """Route the tickets created with `auto_assign`, those handed back by agents gone offline (a setting), and
    those of agents who left, unless somebody was named to get them."""
    waiting = [
        event.ticket_id
        for event in events
        if isinstance(event, TicketCreated)
        and (event.details is None or event.details.auto_assign)
        and event.new.assigned_agent_id is None
    ]
    offline = [
        event.entity_id
        for event in events
        if isinstance(event, UserUpdated)
        and event.entity_id is not None
        and ((event.new or {}).get("availability") == "offline" or (event.new or {}).get("is_active") is False)
    ]
    if offline and (await get_settings(tx)).hand_back_when_offline:
        waiting += await hand_back(tx, offline)
    departed = {
        event.entity_id: event.details.reassign_to
        for event in events
        if isinstance(event, UserUpdated) and event.entity_id is not None and event.details is not None
    }
    if departed:
        waiting += await hand_over(tx, departed)
    await route(tx, waiting)
