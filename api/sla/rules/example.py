"""Deadlines of a ticket that is not there: what a promise means, shown before it is made, across a change of clocks."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.sla.rules.business_time import add_business_seconds
from api.sla.rules.calendar import CalendarVersion, zone
from api.sla.rules.opening import Part, epoch, parts

FRIDAY = 4
AFTERNOON = time(16, 30)
LOOK_AHEAD_DAYS = 370
MAX_PARTS = 200


class DueTime(NamedTuple):
    """A target, the business seconds it allows, and when they are used up."""

    target: str
    seconds: int
    due_at: datetime


class Example(NamedTuple):
    """A ticket opened at `start`, its deadlines in the zone of the calendar (UTC without one), and what counted until the
    last of them. `change_at` is when that zone's clocks change next."""

    start: datetime
    zone: ZoneInfo
    change_at: datetime | None
    due: list[DueTime]
    parts: list[Part]


def example(
    targets: Mapping[str, int], calendar: CalendarVersion | None, start: datetime | None, now: datetime
) -> Example:
    """The deadlines of a ticket opened at `start`, by default on a Friday afternoon before the clocks change."""
    local = zone(calendar.time_zone) if calendar else ZoneInfo("UTC")
    start = start or telling_start(local, now)
    due = due_times(targets, calendar, start)
    return Example(
        start=start,
        zone=local,
        change_at=next_clock_change(local, start),
        due=due,
        parts=counted_parts(calendar, start, due[-1].due_at) if due else [],
    )


def due_times(targets: Mapping[str, int], calendar: CalendarVersion | None, start: datetime) -> list[DueTime]:
    """When each target of a ticket opened at `start` is due if nothing pauses it, the soonest first."""
    found = [
        DueTime(name, seconds, add_business_seconds(calendar, start, seconds)) for name, seconds in targets.items()
    ]
    return sorted(found, key=lambda one: (one.due_at, one.target))


def counted_parts(calendar: CalendarVersion | None, start: datetime, end: datetime) -> list[Part]:
    """What counts of [start, end) and what does not, in order; none where there are more than MAX_PARTS."""
    if calendar is None:
        return [Part(epoch(start), epoch(end), True)]
    found: list[Part] = []
    for part in parts(calendar, epoch(start), epoch(end)):
        found.append(part)
        if len(found) > MAX_PARTS:
            return []
    return found


def next_clock_change(local: ZoneInfo, after: datetime) -> datetime | None:
    """The first second with another UTC offset than `after` has, within LOOK_AHEAD_DAYS; None in a zone that keeps its own."""
    before = after.astimezone(UTC).replace(microsecond=0)
    offset = before.astimezone(local).utcoffset()
    days = (before + timedelta(days=n) for n in range(1, LOOK_AHEAD_DAYS + 1))
    later = next((day for day in days if day.astimezone(local).utcoffset() != offset), None)
    if later is None:
        return None
    low, high = later - timedelta(days=1), later
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (low, middle) if middle.astimezone(local).utcoffset() != offset else (middle, high)
    return high


def telling_start(local: ZoneInfo, now: datetime) -> datetime:
    """A Friday afternoon that shows the most: the last one before the clocks change next, else the next one."""
    change = next_clock_change(local, now)
    day = (change or now + timedelta(days=7)).astimezone(local).date()
    friday = day - timedelta(days=(day.weekday() - FRIDAY) % 7)
    start = datetime.combine(friday, AFTERNOON, local)
    return (start if start > now else start + timedelta(days=7)).astimezone(UTC)
