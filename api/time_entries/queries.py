"""Reads of time, for staff alone."""

from datetime import datetime

import msgspec

from api.db import Read
from api.errors import NotFound
from api.time_entries.wire import GroupBy, TimeEntries, TimeEntry, TimeTotal
from api.visibility import visible_tickets

LIMIT = 200
TOTALS = 100

_ENTRY = """
select e.id, e.ticket_id, e.agent_id, u.name as agent_name, e.started_at, e.duration_seconds, e.is_billable, e.description,
       e.created_at
from time_entries e join users u on u.id = e.agent_id join tickets t on t.id = e.ticket_id
"""
_GROUPS = {
    "ticket": ("t.id", "t.number", ""),
    "agent": ("u.id", "u.name", "join users u on u.id = e.agent_id"),
    "customer": ("u.id", "u.name", "join users u on u.id = t.customer_id"),
}


class _Sums(msgspec.Struct, frozen=True):
    total_seconds: int
    billable_seconds: int


async def list_time_entries(read: Read, ticket_id: int) -> TimeEntries:
    """The newest LIMIT entries of a visible ticket, and the sum of all."""
    visible, params = visible_tickets(read.actor)
    params |= {"ticket_id": ticket_id}
    entries = await read.all(
        _ENTRY + f"where e.ticket_id = %(ticket_id)s and {visible} order by e.id desc limit {LIMIT}", params, TimeEntry
    )
    sums = await read.one(
        f"""
        select coalesce(sum(e.duration_seconds), 0) as total_seconds,
               coalesce(sum(e.duration_seconds) filter (where e.is_billable), 0) as billable_seconds
        from time_entries e join tickets t on t.id = e.ticket_id where e.ticket_id = %(ticket_id)s and {visible}
        """,
        params,
        _Sums,
    )
    assert sums is not None
    return TimeEntries(time_entries=entries, total_seconds=sums.total_seconds, billable_seconds=sums.billable_seconds)


async def get_time_entry(read: Read, entry_id: int) -> TimeEntry:
    """One entry of a visible ticket. Raises NotFound."""
    visible, params = visible_tickets(read.actor)
    entry = await read.one(_ENTRY + f"where e.id = %(id)s and {visible}", params | {"id": entry_id}, TimeEntry)
    if entry is None:
        raise NotFound("time_entry.not_found", "There is no such time entry.")
    return entry


async def find_running_timer(read: Read) -> TimeEntry | None:
    """The reader's timer, if one runs."""
    return await read.one(
        _ENTRY + "where e.agent_id = %(agent_id)s and e.duration_seconds is null",
        {"agent_id": read.actor.id},
        TimeEntry,
    )


async def list_time_totals(read: Read, by: GroupBy, started_from: datetime, started_to: datetime) -> list[TimeTotal]:
    """Time of visible tickets begun within the range, summed up; the TOTALS largest."""
    visible, params = visible_tickets(read.actor)
    key, name, join = _GROUPS[by]
    return await read.all(
        f"""
        select {key} as id, {name} as name, sum(e.duration_seconds) as total_seconds,
               coalesce(sum(e.duration_seconds) filter (where e.is_billable), 0) as billable_seconds
        from time_entries e join tickets t on t.id = e.ticket_id {join}
        where e.duration_seconds is not null and e.started_at >= %(started_from)s and e.started_at < %(started_to)s
          and {visible}
        group by {key}, {name} order by total_seconds desc, id limit {TOTALS}
        """,
        params | {"started_from": started_from, "started_to": started_to},
        TimeTotal,
    )
