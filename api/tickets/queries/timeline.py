"""What happened to a ticket, from the log."""

from datetime import datetime
from typing import Any

import msgspec

from api.db import Read
from api.tickets.wire import Named, TimelineEntry
from api.visibility import visible_events

LIMIT = 500
_CUSTOMER_FIELDS = ("status", "priority")


class _Entry(msgspec.Struct, frozen=True):
    id: int
    occurred_at: datetime
    action: str
    actor_id: int | None
    actor_name: str | None
    actor_is_staff: bool | None
    actor_kind: str
    entity_id: int | None
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None


async def list_timeline(read: Read, ticket_id: int, created_at: datetime) -> list[TimelineEntry]:
    """The newest LIMIT events of a ticket its reader may see, oldest first.

    `created_at` is the ticket's: no event of it is older, so that older partitions of the log are not looked at.
    """
    entries = await read.all(
        f"""
        select e.id, e.occurred_at, e.action, e.actor_id, u.name as actor_name, u.role <> 'customer' as actor_is_staff,
               e.actor_kind, e.entity_id, e.old_values, e.new_values
        from audit_logs e left join users u on u.id = e.actor_id
        where e.ticket_id = %(ticket_id)s and e.occurred_at >= %(created_at)s and {visible_events(read.actor)}
        order by e.id desc limit {LIMIT}
        """,
        {"ticket_id": ticket_id, "created_at": created_at},
        _Entry,
    )
    staff = read.actor.is_staff or read.actor.kind == "system"
    shown = [_entry(entry, staff=staff) for entry in entries]
    return sorted(shown, key=lambda entry: (entry.occurred_at, entry.id))


def _entry(entry: _Entry, *, staff: bool) -> TimelineEntry:
    actor = Named(entry.actor_id, entry.actor_name) if entry.actor_id and entry.actor_name else None
    return TimelineEntry(
        id=entry.id,
        occurred_at=entry.occurred_at,
        action=entry.action,
        actor=actor,
        actor_kind=entry.actor_kind,
        entity_id=entry.entity_id,
        old=entry.old_values if staff else _public(entry.old_values),
        new=entry.new_values if staff else _public(entry.new_values),
    )


def _public(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: value for name, value in (values or {}).items() if name in _CUSTOMER_FIELDS}
