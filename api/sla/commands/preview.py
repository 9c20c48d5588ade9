"""The dry run of an edit: which open clocks would move, become at risk, become breached. Reads only."""

from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from api.db import Read
from api.sla.commands.calendars import edited_calendar
from api.sla.commands.keep import Change
from api.sla.commands.policies import edited_terms
from api.sla.commands.rebase import rebased
from api.sla.queries.calendars import get_calendar, list_counting_by
from api.sla.queries.policies import get_policy
from api.sla.queries.standing import (
    Promises,
    Standing,
    Under,
    list_under,
    load_calendars,
    load_standings,
)
from api.sla.rules.clock import Clock, state_at
from api.sla.rules.policy import PolicyVersion
from api.sla.wire import CalendarPatch, EditPreview, MovedClock, PolicyPatch

MAX_TICKETS = 2_000
MAX_EXAMPLES = 50

_NOT_STORED = 0
_MOMENT = timedelta(microseconds=1)
_SEVERITY = {"breached": 0, "at_risk": 1}


async def preview_sla_policy(read: Read, policy_id: int, patch: PolicyPatch) -> EditPreview:
    """What saving the patch would do. Raises what saving it would raise for its terms."""
    policy = await get_policy(read, policy_id)
    terms = await edited_terms(read, policy, patch)
    is_active = policy.is_active if patch.is_active is UNSET else patch.is_active
    version = msgspec.convert(
        msgspec.to_builtins(terms)
        | {"id": _NOT_STORED, "policy_id": policy_id, "version": policy.version + 1, "valid_from": read.now},
        PolicyVersion,
    )
    under, standings, promises = await _load(read, [policy_id])
    current = [version if known.policy_id == policy_id else known for known in promises.current]
    calendars = {calendar.calendar_id: calendar for calendar in await load_calendars(read, _calendar_of(version))}
    promises = Promises(
        current=[known for known in current if is_active or known.policy_id != policy_id],
        policies=promises.policies,
        calendars=promises.calendars,
        calendar_now=promises.calendar_now | calendars,
    )
    return _preview(under, rebased(standings, promises, read.now), read.now)


async def preview_calendar(read: Read, calendar_id: int, patch: CalendarPatch) -> EditPreview:
    """What saving the patch would do. Raises what saving it would raise for its hours and holidays."""
    version = await edited_calendar(read, await get_calendar(read, calendar_id), patch)
    policies = await list_counting_by(read, calendar_id)
    under, standings, promises = await _load(read, [policy.id for policy in policies])
    promises = Promises(
        current=promises.current,
        policies=promises.policies,
        calendars=promises.calendars,
        calendar_now=promises.calendar_now | {calendar_id: version},
    )
    return _preview(under, rebased(standings, promises, read.now), read.now)


async def _load(read: Read, policy_ids: list[int]) -> tuple[list[Under], list[Standing], Promises]:
    under = await list_under(read, policy_ids, 0, MAX_TICKETS + 1)
    return under, *await load_standings(read, [one.ticket_id for one in under[:MAX_TICKETS]])


def _calendar_of(version: PolicyVersion) -> list[int]:
    return [version.calendar_id] if version.calendar_id else []


def _preview(under: list[Under], changes: list[Change], at: datetime) -> EditPreview:
    numbers = {one.ticket_id: one.number for one in under}
    moved = [clock for change in changes for clock in _moved(change, numbers[change.before.ticket_id], at)]
    moved.sort(
        key=lambda one: (_SEVERITY.get(one.state_after, 2), one.due_after or datetime.max.replace(tzinfo=at.tzinfo))
    )
    return EditPreview(
        tickets=len({one.ticket_id for one in moved}),
        clocks_moved=len(moved),
        become_at_risk=sum(one.state_after == "at_risk" and one.state_before != "at_risk" for one in moved),
        become_breached=sum(one.state_after == "breached" for one in moved),
        is_complete=len(under) <= MAX_TICKETS,
        examples=moved[:MAX_EXAMPLES],
    )


def _moved(change: Change, number: str, at: datetime) -> list[MovedClock]:
    """The clocks that were open and are promised something else: another deadline, or another length while paused."""
    after = {(clock.target, clock.cycle): clock for clock in change.after.clocks}
    found: list[MovedClock] = []
    for clock in change.before.clocks:
        other = after[clock.target, clock.cycle]
        if clock.met_at or state_at(clock, at) == "breached" or _promise(clock) == _promise(other):
            continue
        found.append(
            MovedClock(
                ticket_id=clock.ticket_id,
                number=number,
                target=clock.target,
                due_before=clock.due_at,
                due_after=other.due_at,
                state_before=state_at(clock, at),
                # who has nothing left is due at this very instant, and over it the moment after
                state_after=state_at(other, at + _MOMENT),
            )
        )
    return found


def _promise(clock: Clock) -> Clock:
    return replace(
        clock,
        policy_version_id=0,
        calendar_version_id=None,
        resumed_at=None,
        elapsed_seconds=0,
        at_risk_at=None,
        warned_at=None,
    )
