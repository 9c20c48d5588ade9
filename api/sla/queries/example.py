"""What a promise would mean for a ticket that is not there."""

from datetime import datetime

from api.db import Read
from api.sla.queries.calendars import get_calendar
from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.example import Example, example
from api.sla.rules.policy import PolicyTerms


async def get_example(read: Read, terms: PolicyTerms, start: datetime | None) -> Example:
    """The deadlines that the terms mean for a ticket opened at `start`, by default on a Friday before the clocks change."""
    return example(terms.targets, await _calendar_of(read, terms), start, read.now)


async def _calendar_of(read: Read, terms: PolicyTerms) -> CalendarVersion | None:
    if terms.calendar_id is None:
        return None
    found = await get_calendar(read, terms.calendar_id)
    return CalendarVersion(
        id=found.version_id,
        calendar_id=found.id,
        name=found.name,
        version=found.version,
        valid_from=found.valid_from,
        time_zone=found.time_zone,
        weekly_hours=found.weekly_hours,
        holidays=tuple(found.holidays),
    )
