"""Write time down, by hand or by a timer, and correct it."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET

from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.events.catalogue import TimeEntryAdded, TimeEntryRemoved, TimeEntryStarted, TimeEntryUpdated
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.time_entries.queries import find_running_timer, get_time_entry
from api.time_entries.rules import MAX_SECONDS, parse_duration
from api.time_entries.wire import NewTimeEntry, NewTimer, TimeEntry, TimeEntryPatch
from api.visibility import visible_tickets, workable_tickets


class _Ticket(msgspec.Struct, frozen=True):
    id: int
    updated_at: datetime
    may_work: bool


async def add_time_entry(tx: Tx, ticket_id: int, data: NewTimeEntry) -> int:
    """Write down time that ends now; returns its id.

    Raises NotFound or Forbidden when the ticket is not the actor's to work on, Invalid when the duration cannot be read.
    """
    seconds = _seconds(data.duration)
    await _lock(tx, ticket_id)
    return await _insert(
        tx, ticket_id, tx.now - timedelta(seconds=seconds), seconds, data.description, data.is_billable
    )


async def start_timer(tx: Tx, ticket_id: int, data: NewTimer) -> int:
    """Start the actor's timer on the ticket; returns its entry's id. Raises Conflict with `running` when one runs."""
    await _lock(tx, ticket_id)
    if running := await find_running_timer(tx):
        raise Conflict("time_entry.running", "Your timer runs already; stop it first.", running=running.id)
    return await _insert(tx, ticket_id, tx.now, None, data.description, data.is_billable)


async def stop_timer(tx: Tx, entry_id: int) -> None:
    """Stop one's own timer. Raises Conflict when it does not run. At most MAX_SECONDS are counted."""
    entry = await _own(tx, entry_id)
    seconds = min(max(round((tx.now - entry.started_at).total_seconds()), 1), MAX_SECONDS)
    stopped = await tx.run(
        "update time_entries set duration_seconds = %(seconds)s where id = %(id)s and duration_seconds is null",
        {"id": entry_id, "seconds": seconds},
    )
    if not stopped:
        raise Conflict("time_entry.stopped", "This timer does not run.")
    await tx.append(
        TimeEntryAdded(
            entity_id=entry_id,
            ticket_id=entry.ticket_id,
            new={"duration_seconds": seconds, "is_billable": entry.is_billable, "agent_id": entry.agent_id},
        )
    )


async def update_time_entry(tx: Tx, entry_id: int, patch: TimeEntryPatch) -> None:
    """Correct an entry of one's own, or any as an admin. A running timer's duration is not to be typed."""
    entry = await _own(tx, entry_id)
    changed: dict[str, Any] = {}
    if patch.duration is not UNSET:
        if entry.duration_seconds is None:
            raise Conflict("time_entry.running", "Stop the timer before correcting its time.")
        changed["duration_seconds"] = _seconds(patch.duration)
    for name in ("description", "is_billable"):
        if (value := getattr(patch, name)) is not UNSET:
            changed[name] = value
    changed = {name: value for name, value in changed.items() if value != getattr(entry, name)}
    if not changed:
        return
    assignments = ", ".join(f"{name} = %({name})s" for name in changed)
    await tx.run(f"update time_entries set {assignments} where id = %(id)s", changed | {"id": entry_id})
    told = [name for name in changed if name != "description"]
    await tx.append(
        TimeEntryUpdated(
            entity_id=entry_id,
            ticket_id=entry.ticket_id,
            old={name: getattr(entry, name) for name in told},
            new={name: changed[name] for name in told},
        )
    )


async def remove_time_entry(tx: Tx, entry_id: int) -> None:
    """Take back an entry of one's own, or any as an admin."""
    entry = await _own(tx, entry_id)
    if await tx.run("delete from time_entries where id = %(id)s", {"id": entry_id}):
        old = {"duration_seconds": entry.duration_seconds, "is_billable": entry.is_billable, "agent_id": entry.agent_id}
        await tx.append(TimeEntryRemoved(entity_id=entry_id, ticket_id=entry.ticket_id, old=old))


def _seconds(duration: str) -> int:
    seconds = parse_duration(duration)
    if seconds is None:
        raise Invalid("time_entry.duration", "Write it as 1h 20m, 1.5h, 45m or 1:20, up to a day.", field="duration")
    return seconds


async def _lock(tx: Tx, ticket_id: int) -> None:
    visible, params = visible_tickets(tx.actor)
    workable, work_params = workable_tickets(tx.actor)
    ticket = await tx.one(
        f"""
        select t.id, t.updated_at, ({workable}) is true as may_work from tickets t
        where t.id = %(ticket_id)s and {visible} for update of t
        """,
        params | work_params | {"ticket_id": ticket_id},
        _Ticket,
    )
    if ticket is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    if not ticket.may_work:
        raise Forbidden("ticket.other_team", "This ticket belongs to another team; ask its lead or an admin.")
    tx.not_before(ticket.updated_at)


async def _own(tx: Tx, entry_id: int) -> TimeEntry:
    entry = await get_time_entry(tx, entry_id)
    if tx.actor.role != "admin" and entry.agent_id != tx.actor.id:
        raise Forbidden("time_entry.not_yours", "Time is corrected by who spent it, or by an admin.")
    return entry


async def _insert(
    tx: Tx, ticket_id: int, started_at: datetime, seconds: int | None, description: str, is_billable: bool
) -> int:
    salt = secrets.token_bytes(16)
    entry_id = await tx.value(
        """
        insert into time_entries (ticket_id, agent_id, started_at, duration_seconds, is_billable, description, salt, created_at)
        values (%(ticket_id)s, %(agent_id)s, %(started_at)s, %(seconds)s, %(is_billable)s, %(description)s, %(salt)s, %(now)s)
        on conflict do nothing returning id
        """,
        {
            "ticket_id": ticket_id,
            "agent_id": tx.actor.id,
            "started_at": started_at,
            "seconds": seconds,
            "is_billable": is_billable,
            "description": description,
            "salt": salt,
            "now": tx.now,
        },
    )
    if entry_id is None:
        raise Conflict("time_entry.running", "Your timer runs already; stop it first.")
    event = TimeEntryStarted if seconds is None else TimeEntryAdded
    new = {
        "duration_seconds": seconds,
        "is_billable": is_billable,
        "agent_id": tx.actor.id,
        "description_sha256": salted_sha256(salt, description),
    }
    await tx.append(event(entity_id=entry_id, ticket_id=ticket_id, new=new))
    return entry_id
