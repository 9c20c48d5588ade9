"""Write clocks that changed, and what the log has to say about them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from api.db import sql
from api.events.catalogue import Event, SlaApplied, SlaBreached
from api.events.fields import AppliedPolicy, ClockReached
from api.events.tx import Tx
from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.choice import holds
from api.sla.rules.clock import Clock
from api.sla.rules.clocks import TicketClocks
from api.sla.rules.policy import PolicyVersion

_COLUMNS = Clock.__struct_fields__


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The clocks of a ticket before and after some facts."""

    before: TicketClocks
    after: TicketClocks


async def keep(tx: Tx, changes: Sequence[Change]) -> None:
    """Write every clock that differs, in one statement; append `sla.applied` where another policy holds now, and
    `sla.breached` for the clocks that were found broken on the way."""
    changed = [clock for change in changes for clock in _changed(change)]
    moved = [change.after for change in changes if change.before.clocks != change.after.clocks]
    if changed:
        await _write(tx, changed, moved)
    events: list[Event] = [
        applied(change.after.ticket_id, change.after.policy, change.after.calendar)
        for change in changes
        if change.after.policy and holds(change.before) != holds(change.after)
    ]
    await tx.append(*events, *(event for change in changes for event in _breaches(change)))


async def _write(tx: Tx, changed: Sequence[Clock], moved: Sequence[TicketClocks]) -> None:
    columns: dict[str, object] = {name: [getattr(clock, name) for clock in changed] for name in _COLUMNS}
    await tx.send(
        sql("sla/keep"),
        columns
        | {
            "ticket_ids": [ticket.ticket_id for ticket in moved],
            "next_due_at": [next_due_at(ticket.clocks) for ticket in moved],
            "first_breached_at": [first_breached_at(ticket.clocks) for ticket in moved],
        },
    )


def next_due_at(clocks: Iterable[Clock]) -> datetime | None:
    """The next deadline of a ticket, of the clocks that are promises to the customer and still open."""
    return min(
        (c.due_at for c in clocks if c.due_at and not c.met_at and not c.breached_at and _is_promise(c)), default=None
    )


def first_breached_at(clocks: Iterable[Clock]) -> datetime | None:
    """When the first of a ticket's promises was broken."""
    return min((c.breached_at for c in clocks if c.breached_at and _is_promise(c)), default=None)


def applied(ticket_id: int, policy: PolicyVersion, calendar: CalendarVersion | None) -> SlaApplied:
    """The event that says a policy version holds for a ticket from now on."""
    return SlaApplied(
        entity_id=ticket_id,
        ticket_id=ticket_id,
        new=AppliedPolicy(
            policy_id=policy.policy_id,
            policy_version_id=policy.id,
            calendar_version_id=calendar.id if calendar else None,
            targets=policy.targets,
            pauses_on={target: list(statuses) for target, statuses in policy.pauses_on.items()},
        ),
    )


def breached(clock: Clock, due_at: datetime) -> SlaBreached:
    """The event of a breach; it happened when the clock was due."""
    return SlaBreached(
        entity_id=clock.ticket_id,
        ticket_id=clock.ticket_id,
        new=ClockReached(target=clock.target, cycle=clock.cycle, due_at=due_at),
        occurred_at=due_at,
    )


def _changed(change: Change) -> list[Clock]:
    known = {(clock.target, clock.cycle): clock for clock in change.before.clocks}
    return [clock for clock in change.after.clocks if known.get((clock.target, clock.cycle)) != clock]


def _breaches(change: Change) -> list[SlaBreached]:
    known = {(c.target, c.cycle) for c in change.before.clocks if c.breached_at}
    return [
        breached(clock, clock.breached_at)
        for clock in change.after.clocks
        if clock.breached_at and (clock.target, clock.cycle) not in known
    ]


def _is_promise(clock: Clock) -> bool:
    return not clock.target.startswith("escalation")
