"""What a batch of events needs to be told of, and which tickets a reader may listen to: one statement each."""

from collections.abc import Sequence

import msgspec

from api.db import Read
from api.events.catalogue import Event
from api.events.readers import CommittedRow
from api.live.rules import Announcement
from api.live.wire import MAX_TOPICS
from api.visibility import Holders, visible_tickets

Happening = Event | CommittedRow
"""An event, fresh from its transaction or read from the log."""


class Envelope(msgspec.Struct, frozen=True):
    """Grain: one event of a ticket."""

    event_id: int
    version: int
    customer_id: int
    team_id: int | None
    assigned_agent_id: int | None
    organisation_id: int | None
    notified: list[int]


async def announcements_of(read: Read, events: Sequence[Happening]) -> list[Announcement]:
    """What is told of the events, in their order: those of tickets, and those of people, which only they are told."""
    told = [event for event in events if event.ticket_id is not None or event.entity_type == "user"]
    of_tickets = [event for event in told if event.ticket_id is not None]
    envelopes = {envelope.event_id: envelope for envelope in await _envelopes(read, of_tickets)} if of_tickets else {}
    return [_announcement(event, envelopes.get(event.id or 0)) for event in told]


async def list_visible_ids(read: Read, ticket_ids: Sequence[int]) -> list[int]:
    """Which of these tickets the reader may see; asks for the first MAX_TOPICS."""
    visible, params = visible_tickets(read.actor)
    return await read.values(
        f"select t.id from tickets t where t.id = any(%(ids)s) and {visible}",
        params | {"ids": list(ticket_ids[:MAX_TOPICS])},
    )


async def _envelopes(read: Read, events: Sequence[Happening]) -> list[Envelope]:
    return await read.all(
        """
        select e.event_id, t.version, t.customer_id, t.team_id, t.assigned_agent_id, customer.organisation_id,
               array(select distinct n.user_id from notifications n where n.event_id = e.event_id) as notified
        from unnest(%(event_ids)s::bigint[], %(ticket_ids)s::bigint[]) as e (event_id, ticket_id)
        join tickets t on t.id = e.ticket_id
        join users customer on customer.id = t.customer_id
        """,
        {"event_ids": [event.id for event in events], "ticket_ids": [event.ticket_id for event in events]},
        Envelope,
    )


def _announcement(event: Happening, envelope: Envelope | None) -> Announcement:
    assert event.id is not None, "only what was written is announced"
    return Announcement(
        id=event.id,
        action=event.action,
        entity_type=event.entity_type,
        entity_id=event.entity_id,
        ticket_id=event.ticket_id if envelope else None,
        is_public=event.is_public(),
        version=envelope.version if envelope else None,
        holders=_holders(envelope) if envelope else None,
        notified=envelope.notified if envelope else [],
    )


def _holders(of: Envelope) -> Holders:
    return Holders(of.customer_id, of.team_id, of.assigned_agent_id, of.organisation_id)
