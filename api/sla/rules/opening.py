"""When a calendar is open, in UTC: the local pattern laid over the offsets its zone really had.

An instant is open when its own local reading, by the zone's rule at that instant, lies in the pattern. So a span across a
spring gap is an hour shorter, one across an autumn fold an hour longer, and a reading that comes twice is open twice.
Instants are epoch seconds here (integers, UTC).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.sla.rules.calendar import DAY_SECONDS, CalendarVersion, week_pattern, zone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_SECOND = timedelta(seconds=1)
_LAST_YEAR = 9998


class Part(NamedTuple):
    """A stretch [start, end) of one kind. `name` is the holiday's; both are empty for plain closed hours."""

    start: int
    end: int
    is_open: bool
    name: str = ""


class Year(NamedTuple):
    """Open stretches of one UTC year, and how many open seconds lie before and up to the end of each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    after: list[int]
    total: int


def epoch(instant: datetime) -> int:
    """The whole second `instant` falls in. Raises `TypeError` for a naive one."""
    return (instant - _EPOCH) // _SECOND


def from_epoch(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def parts(calendar: CalendarVersion, start: int, end: int) -> Iterator[Part]:
    """What [start, end) consists of, in order and without a gap: open hours, closed hours, holidays by name."""
    last: Part | None = None
    for part in _raw_parts(calendar, start, end):
        if last and (last.is_open, last.name) == (part.is_open, part.name):
            last = last._replace(end=part.end)
            continue
        if last:
            yield last
        last = part
    if last:
        yield last


@lru_cache(maxsize=1024)
def year_of(calendar: CalendarVersion, year: int) -> Year:
    """The open stretches of a UTC year. Raises `ValueError` past year 9998."""
    if not 1 < year <= _LAST_YEAR:
        raise ValueError(f"The calendar {calendar.name!r} has no open hours left before the end of time (year {year}).")
    first, last = epoch(datetime(year, 1, 1, tzinfo=UTC)), epoch(datetime(year + 1, 1, 1, tzinfo=UTC))
    spans = [part for part in parts(calendar, first, last) if part.is_open]
    after = list(accumulate(part.end - part.start for part in spans))
    before = [0, *after][: len(spans)]
    return Year([part.start for part in spans], [part.end for part in spans], before, after, after[-1] if after else 0)


def _raw_parts(calendar: CalendarVersion, start: int, end: int) -> Iterator[Part]:
    pattern = week_pattern(calendar.weekly_hours)
    holidays = {holiday.on.toordinal() - _EPOCH_ORDINAL: holiday.name for holiday in calendar.holidays}
    for first, last, offset in offsets(zone(calendar.time_zone), start, end):
        local_first, local_last = first + offset, last + offset
        for day in range(local_first // DAY_SECONDS, -(-local_last // DAY_SECONDS)):
            midnight = day * DAY_SECONDS
            # 1970-01-01 was a Thursday, weekday 3
            for low, high, is_open, name in _day(pattern[(day + 3) % 7], holidays.get(day)):
                low, high = max(midnight + low, local_first), min(midnight + high, local_last)
                if low < high:
                    yield Part(low - offset, high - offset, is_open, name)


def _day(spans: list[tuple[int, int]], holiday: str | None) -> Iterator[tuple[int, int, bool, str]]:
    if holiday is not None:
        yield 0, DAY_SECONDS, False, holiday
        return
    at = 0
    for low, high in spans:
        yield at, low, False, ""
        yield low, high, True, ""
        at = high
    yield at, DAY_SECONDS, False, ""


def offsets(where: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """[start, end) cut where the zone's offset to UTC changes: (first, last, offset in seconds)."""
    since, offset = start, _offset(where, start)
    low = start
    while low < end:
        # no zone has ever changed its offset and changed it back within a day
        high = min(low + DAY_SECONDS, end)
        new = _offset(where, high)
        if new != offset:
            change = _change(where, low, high, offset)
            if change < end:
                yield since, change, offset
                since, offset = change, new
        low = high
    if since < end:
        yield since, end, offset


def _change(where: ZoneInfo, low: int, high: int, offset: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(where, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(where: ZoneInfo, instant: int) -> int:
    offset = (_EPOCH + timedelta(seconds=instant)).astimezone(where).utcoffset()
    assert offset is not None
    return offset // _SECOND
