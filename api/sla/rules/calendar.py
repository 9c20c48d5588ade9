"""A version of a calendar: weekly hours on the wall clock of one zone, and the days that are closed.

A span whose end is not after its start runs over midnight into the next day. A holiday closes exactly its local day:
a night shift is cut at midnight when the holiday begins, and a shift of the holiday's own evening is open again from
midnight on, once the holiday is over. Spans that overlap or touch are one.
"""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

DAY_SECONDS = 86_400

StartTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["09:00"])]
EndTime = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["17:00", "24:00"])]


class Hours(Struct, frozen=True):
    """One span of local time, [start, end), as HH:MM; `end` may be 24:00."""

    start: StartTime
    end: EndTime


class WeeklyHours(Struct, frozen=True, omit_defaults=True):
    """The spans that begin on each weekday; a day without any is closed."""

    monday: tuple[Hours, ...] = ()
    tuesday: tuple[Hours, ...] = ()
    wednesday: tuple[Hours, ...] = ()
    thursday: tuple[Hours, ...] = ()
    friday: tuple[Hours, ...] = ()
    saturday: tuple[Hours, ...] = ()
    sunday: tuple[Hours, ...] = ()


class Holiday(Struct, frozen=True, order=True):
    """A local day that is closed, and why."""

    on: date
    name: str


class CalendarVersion(Struct, frozen=True, kw_only=True, cache_hash=True):
    """What a calendar said from `valid_from` until its next version.

    Raises `ValueError` for a zone nobody knows, a span without length, or a week without an open hour.
    """

    id: int
    calendar_id: int
    name: str
    version: int
    valid_from: datetime
    time_zone: str
    weekly_hours: WeeklyHours
    holidays: tuple[Holiday, ...] = ()

    def __post_init__(self) -> None:
        zone(self.time_zone)
        if not any(week_pattern(self.weekly_hours)):
            raise ValueError("A calendar needs at least one open hour in its week.")


def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises `ValueError` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone {name!r}; IANA names look like Europe/Berlin.") from error


def week_pattern(hours: WeeklyHours) -> list[list[tuple[int, int]]]:
    """For Monday to Sunday, the open seconds of that local day as sorted, disjoint [start, end).

    Raises `ValueError` for a span that ends when it starts.
    """
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, spans in enumerate(
        (hours.monday, hours.tuesday, hours.wednesday, hours.thursday, hours.friday, hours.saturday, hours.sunday)
    ):
        for span in spans:
            start, end = _seconds(span.start), _seconds(span.end)
            if start == end:
                raise ValueError(
                    f"A span needs a length; {span.start} to {span.end} has none. A whole day: 00:00 to 24:00."
                )
            days[weekday].append((start, end if start < end else DAY_SECONDS))
            if start > end > 0:
                days[(weekday + 1) % 7].append((0, end))
    return [_merged(spans) for spans in days]


def _seconds(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
