"""Business time for whole columns: every calendar is one line of open seconds, and instants are positions on it.

`position` counts the open seconds before an instant; `instant` finds the one at which a position is reached. Business
seconds are a difference of positions, a deadline is the instant of a sum. All lines lie behind one another in one sorted
table, so that one binary search per value answers for any mix of calendars.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.opening import year_of

ALWAYS = 0
"""Line of what has no calendar: every second since 1970 counts."""

_APART = 1 << 37
"""Distance between two lines: more seconds than there are from 1970 to year 6325."""
_LAST_YEAR = 6000


class Lines:
    """The lines of some calendars, from 1970 on, extended as far as is asked for.

    `line` is a calendar's number: ALWAYS, or that of `number(calendar_version_id)`. Instants are epoch seconds and may
    not lie before `since`.
    """

    def __init__(self, calendars: Mapping[int, CalendarVersion], since: datetime, until: datetime) -> None:
        self._calendars = dict(sorted(calendars.items()))
        self._numbers = {version_id: number for number, version_id in enumerate(self._calendars, start=1)}
        self._first_year, self._last_year = since.astimezone(UTC).year, until.astimezone(UTC).year + 1
        self._build()

    def number(self, calendar_version_id: int | None) -> int:
        """The line that counts for a calendar version; ALWAYS for none. Raises `KeyError` for one not given."""
        return ALWAYS if calendar_version_id is None else self._numbers[calendar_version_id]

    def numbers(self, calendar_version_ids: pl.Series) -> pl.Series:
        """`number` for a column; nulls have no calendar. Raises `KeyError` for a version not given."""
        if unknown := set(calendar_version_ids.drop_nulls().unique()) - set(self._numbers):
            raise KeyError(f"No calendar is given for the versions {sorted(unknown)}.")
        known = pl.Series([*self._numbers], dtype=pl.Int64)
        found = known.search_sorted(calendar_version_ids.cast(pl.Int64).fill_null(0)).cast(pl.Int64) + 1
        return _series(pl.when(calendar_version_ids.is_null()).then(ALWAYS).otherwise(found))

    def version_ids(self, lines: pl.Series) -> pl.Series:
        """The calendar versions of these lines, null for ALWAYS."""
        return pl.Series([None, *self._numbers], dtype=pl.Int64).gather(lines)

    def position(self, line: pl.Series, seconds: pl.Series) -> pl.Series:
        """Open seconds of the line before each instant."""
        key = line * _APART + seconds
        at = (self._starts.search_sorted(key.fill_null(0), "right").cast(pl.Int64) - 1).clip(0)
        start, end, before = self._starts.gather(at), self._ends.gather(at), self._before.gather(at)
        # an instant before the line's first opening finds the line before it, or itself
        inside = _series(pl.min_horizontal(key, end)) - start
        is_before = (start > key) | (start // _APART != line)
        return _series(pl.when(key.is_null()).then(None).when(is_before).then(0).otherwise(before + inside))

    def instant(self, line: pl.Series, position: pl.Series) -> pl.Series:
        """The first instant with that many open seconds before it. Raises `ValueError` when a line ends before."""
        self._reach(line, position)
        key = line * _APART + position
        at = self._after.search_sorted(key.fill_null(0), "left").cast(pl.Int64)
        return self._ends.gather(at) - (self._after.gather(at) - key) - line * _APART

    def _reach(self, line: pl.Series, position: pl.Series) -> None:
        furthest = pl.DataFrame({"line": line, "position": position}).group_by("line").agg(pl.max("position"))
        needed = {number: reach for number, reach in furthest.iter_rows() if number != ALWAYS and reach is not None}
        while any(self._totals[number] < reach for number, reach in needed.items()):
            if self._last_year >= _LAST_YEAR:
                raise ValueError("A calendar has not that much open time left.")
            self._last_year = min(self._last_year + max(1, self._last_year - self._first_year), _LAST_YEAR)
            self._build()

    def _build(self) -> None:
        starts, ends, before, after = [0], [_APART - 1], [0], [_APART - 1]
        self._totals: dict[int, int] = {}
        for number, calendar in enumerate(self._calendars.values(), start=1):
            shift, total = number * _APART, 0
            for year in range(self._first_year, self._last_year + 1):
                table = year_of(calendar, year)
                starts.extend(start + shift for start in table.starts)
                ends.extend(end + shift for end in table.ends)
                before.extend(count + total for count in table.before)
                after.extend(count + total + shift for count in table.after)
                total += table.total
            self._totals[number] = total
        self._starts, self._ends = pl.Series(starts, dtype=pl.Int64), pl.Series(ends, dtype=pl.Int64)
        self._before, self._after = pl.Series(before, dtype=pl.Int64), pl.Series(after, dtype=pl.Int64)


def epoch_seconds(instants: pl.Expr) -> pl.Expr:
    """The whole second each instant falls in."""
    return instants.dt.epoch("us") // 1_000_000


def as_instant(seconds: pl.Expr) -> pl.Expr:
    return (seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))


def business_seconds_frame(
    frame: pl.DataFrame, calendar: CalendarVersion | None, start: str, end: str, name: str = "business_seconds"
) -> pl.DataFrame:
    """`frame` with a column of open seconds between two columns of UTC instants, as `business_seconds` counts them."""
    since, until = _range(frame, start, end)
    lines = Lines({calendar.id: calendar} if calendar else {}, since, until)
    line = _line(lines, calendar, len(frame))
    count = lines.position(line, _seconds(frame, end)) - lines.position(line, _seconds(frame, start))
    return frame.with_columns(count.alias(name))


def due_at_frame(
    frame: pl.DataFrame, calendar: CalendarVersion | None, start: str, seconds: str, name: str = "due_at"
) -> pl.DataFrame:
    """`frame` with a column of the instants at which `seconds` since `start` are used up; not positive: `start` itself."""
    since, until = _range(frame, start)
    lines = Lines({calendar.id: calendar} if calendar else {}, since, until)
    line = _line(lines, calendar, len(frame))
    budget = frame[seconds].clip(0)
    due = lines.instant(line, lines.position(line, _seconds(frame, start)) + budget)
    return frame.with_columns(pl.when(budget > 0).then(as_instant(pl.lit(due))).otherwise(pl.col(start)).alias(name))


def _line(lines: Lines, calendar: CalendarVersion | None, height: int) -> pl.Series:
    return pl.repeat(lines.number(calendar.id if calendar else None), height, dtype=pl.Int64, eager=True)


def _seconds(frame: pl.DataFrame, column: str) -> pl.Series:
    return frame.select(epoch_seconds(pl.col(column))).to_series()


def _range(frame: pl.DataFrame, *columns: str) -> tuple[datetime, datetime]:
    instants = [
        bound for name in columns for bound in (frame[name].min(), frame[name].max()) if isinstance(bound, datetime)
    ]
    epoch_start = datetime(1970, 1, 1, tzinfo=UTC)
    return (min(instants), max(instants)) if instants else (epoch_start, epoch_start)


def _series(expression: pl.Expr) -> pl.Series:
    return pl.select(expression).to_series()
