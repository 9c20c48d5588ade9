"""Put a call into the queue for every endpoint that asked for an event, in the event's transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec

from api.db import sql
from api.deliveries.commands import NewDelivery, enqueue
from api.events.catalogue import Event
from api.events.tx import Tx
from api.webhooks.rules import SENDABLE, payload


class _Match(msgspec.Struct, frozen=True):
    webhook_id: int
    event_id: int
    ticket: dict[str, Any] | None


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """One statement to see who asked, and one more when somebody did, whatever the size of the batch."""
    told = {event.id: event for event in events if event.action in SENDABLE and event.id is not None}
    if not told:
        return
    params = {
        "event_id": list(told),
        "action": [event.action for event in told.values()],
        "ticket_id": [event.ticket_id for event in told.values()],
    }
    matches = await tx.all(sql("webhooks/match"), params, _Match)
    await enqueue(tx, [_call(tx, told[match.event_id], match) for match in matches])


def _call(tx: Tx, event: Event, match: _Match) -> NewDelivery:
    changes = msgspec.to_builtins(event.new) if event.new is not None else {}
    return NewDelivery(
        channel="webhook",
        kind=event.action,
        event_id=event.id,
        ticket_id=event.ticket_id,
        webhook_id=match.webhook_id,
        payload=payload(event, tx.actor.kind, match.ticket, changes),
        dedupe_key=f"webhook:{match.webhook_id}:{event.id}",
    )
