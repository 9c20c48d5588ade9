"""Tell people, in the transaction of what happened."""

from collections.abc import Sequence

import msgspec

from api.db import sql
from api.events.catalogue import Event, TicketCreated
from api.events.tx import Tx
from api.notifications.rules import notices


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """One statement for all notices of the batch."""
    told = [notice for event in events if not _is_own(tx, event) for notice in notices(event)]
    if not told:
        return
    params: dict[str, object] = {
        field: [getattr(notice, field) for notice in told]
        for field in (
            "kind",
            "event_id",
            "ticket_id",
            "is_public",
            "to_customer",
            "to_assignee",
            "to_watchers",
            "to_leads",
        )
    }
    named = [msgspec.json.encode(notice.user_ids).decode() for notice in told]
    await tx.run(sql("notifications/tell"), params | {"user_ids": named, "now": tx.now, "actor_id": tx.actor.id})


def _is_own(tx: Tx, event: Event) -> bool:
    """A customer's own complaint: nobody else is told that it is there before it is assigned."""
    return isinstance(event, TicketCreated) and event.new.customer_id == tx.actor.id
