"""Write events to `audit_logs`: one statement for a batch, whatever its size."""

from collections.abc import Sequence
from typing import Any

import msgspec

from api.db import Read
from api.events.catalogue import Event

_INSERT = """
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id,
                        actor_id, actor_kind, old_values, new_values, ip, user_agent, visibility)
select e.occurred_at, e.action, e.entity_type, e.entity_id, e.ticket_id,
       %(actor_id)s, %(actor_kind)s, e.old_values, e.new_values, %(ip)s, %(user_agent)s, e.visibility
from unnest(%(occurred_at)s::timestamptz[], %(action)s::text[], %(entity_type)s::text[], %(entity_id)s::bigint[],
            %(ticket_id)s::bigint[], %(old_values)s::jsonb[], %(new_values)s::jsonb[], %(visibility)s::text[])
     with ordinality as e (occurred_at, action, entity_type, entity_id, ticket_id, old_values, new_values, visibility, n)
order by e.n
returning id
"""


def values_json(fields: Any, details: Any = None) -> str | None:
    """The JSON kept in `old_values` or `new_values`: the changed fields, and `details` under that name."""
    if fields is None and details is None:
        return None
    values: dict[str, Any] = msgspec.to_builtins(fields) if fields is not None else {}
    if details is not None:
        values["details"] = msgspec.to_builtins(details)
    return msgspec.json.encode(values).decode()


async def insert_events(tx: Read, events: Sequence[Event]) -> list[Event]:
    """Insert the events as the transaction's actor; returns them with `id` and `occurred_at` set, in the order given."""
    actor = tx.actor
    ids = await tx.values(
        _INSERT,
        {
            "actor_id": actor.id,
            "actor_kind": actor.kind,
            "ip": actor.ip,
            "user_agent": actor.user_agent,
            "occurred_at": [event.occurred_at or tx.now for event in events],
            "action": [event.action for event in events],
            "entity_type": [event.entity_type for event in events],
            "entity_id": [event.entity_id for event in events],
            "ticket_id": [event.ticket_id for event in events],
            "old_values": [values_json(event.old) for event in events],
            "new_values": [values_json(event.new, event.details) for event in events],
            "visibility": ["public" if event.is_public() else "internal" for event in events],
        },
    )
    return [
        msgspec.structs.replace(event, id=new_id, occurred_at=event.occurred_at or tx.now)
        for new_id, event in zip(ids, events, strict=True)
    ]
