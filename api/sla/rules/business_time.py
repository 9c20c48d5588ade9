"""Count business time, and walk it forwards and backwards. No calendar means every second counts."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.opening import epoch, from_epoch, year_of


def business_seconds(calendar: CalendarVersion | None, start: datetime, end: datetime) -> int:
    """Open seconds of [start, end), whole seconds; negative when `end` is before `start`.

    Additive: a to b and b to c make a to c, whatever the instants.
    """
    if calendar is None:
        return epoch(end) - epoch(start)
    if end < start:
        return -business_seconds(calendar, end, start)
    between = sum(year_of(calendar, year).total for year in range(_year(start), _year(end)))
    return between + _position(calendar, end) - _position(calendar, start)


def add_business_seconds(calendar: CalendarVersion | None, start: datetime, seconds: int) -> datetime:
    """The instant at which `seconds` of business time since `start` have been used up.

    It is the end of the last second counted: closing time itself when the day's last second was needed, not the next
    opening. Negative seconds walk backwards, to the beginning of the earliest second counted: opening time itself, not
    the closing before it. Zero is `start` unchanged. Whole seconds otherwise.
    Raises `ValueError` when the calendar has not that much time before year 9999.
    """
    if seconds == 0:
        return start
    if calendar is None:
        try:
            return from_epoch(epoch(start)) + timedelta(seconds=seconds)
        except OverflowError as error:
            raise ValueError(f"{seconds} seconds from {start} lead past the end of time.") from error
    year, position = _year(start), _position(calendar, start) + seconds
    if seconds > 0:
        while position > (table := year_of(calendar, year)).total:
            position -= table.total
            year += 1
        at = bisect_left(table.after, position)
        return from_epoch(table.ends[at] - (table.after[at] - position))
    while position < 0:
        year -= 1
        position += year_of(calendar, year).total
    table = year_of(calendar, year)
    at = bisect_right(table.after, position)
    return from_epoch(table.starts[at] + (position - table.before[at]))


def _position(calendar: CalendarVersion, instant: datetime) -> int:
    """Open seconds of the instant's UTC year before it."""
    table, second = year_of(calendar, _year(instant)), epoch(instant)
    at = bisect_right(table.starts, second) - 1
    if at < 0:
        return 0
    return table.before[at] + min(second, table.ends[at]) - table.starts[at]


def _year(instant: datetime) -> int:
    return instant.astimezone(UTC).year
