"""Instants and durations as a person reads them: in their language, their time zone, on the server's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal

from api.web.language import Translate

DAY = 86_400
SOON = DAY // 2
"""Seconds within which a due instant is told as the time left, not as a time of day."""


class Formats(msgspec.Struct, frozen=True):
    """How one person reads time, as of `now`."""

    language: str
    zone: ZoneInfo
    now: datetime
    _: Translate

    def full(self, instant: datetime) -> str:
        """`Monday, 24 November 2026 at 14:05 CET`: what a title and a screen reader get."""
        return format_datetime(instant, "EEEE, d MMMM y, HH:mm zzz", tzinfo=self.zone, locale=self.language)

    def moment(self, instant: datetime) -> str:
        """`Mon 24 Nov, 14:05`, with the year when it is not this one."""
        local, today = instant.astimezone(self.zone), self.now.astimezone(self.zone)
        skeleton = "MMMEd" if local.year == today.year else "yMMMd"
        return f"{format_skeleton(skeleton, local, tzinfo=self.zone, locale=self.language)}, {self.clock(instant)}"

    def day(self, instant: datetime) -> str:
        """`24 November 2026`."""
        return format_date(instant.astimezone(self.zone), "long", locale=self.language)

    def clock(self, instant: datetime) -> str:
        """`14:05`, the time of day."""
        return format_time(instant, "HH:mm", tzinfo=self.zone, locale=self.language)

    def ago(self, instant: datetime) -> str:
        """`5 minutes ago` within a day either way, then the moment."""
        delta = instant - self.now
        if abs(delta) >= timedelta(days=1):
            return self.moment(instant)
        if abs(delta) < timedelta(minutes=1):
            return self._("just now")
        return format_timedelta(delta, add_direction=True, threshold=1, locale=self.language)

    def by(self, instant: datetime) -> str:
        """`14:05` when that is today, `tomorrow, 09:00`, otherwise the moment."""
        days = (instant.astimezone(self.zone).date() - self.now.astimezone(self.zone).date()).days
        if days == 0:
            return self._("today, %(time)s", time=self.clock(instant))
        if days == 1:
            return self._("tomorrow, %(time)s", time=self.clock(instant))
        return self.moment(instant)

    def short(self, instant: datetime) -> str:
        """`Mon 09:40` within six days, else `28 Nov`: for places too narrow for a moment."""
        near = abs(instant - self.now) < timedelta(days=6)
        day = format_skeleton("E" if near else "MMMd", instant, tzinfo=self.zone, locale=self.language)
        return f"{day} {self.clock(instant)}" if near else day

    def duration(self, seconds: float) -> str:
        """The two largest units that are not nothing: `3 d 4 h`, `1 h 25 m`, `5 h`, `12 m`, `40 s`."""
        whole = max(0, int(seconds))
        if whole < 60:
            return self._("%(s)s s", s=whole)
        return self.span(whole - whole % 3600 if whole >= DAY else whole - whole % 60)

    def span(self, seconds: int) -> str:
        """A target's length, without the units that are nothing: `8 h`, `1 h 30 m`, `7 d`."""
        days, hours, minutes = seconds // DAY, seconds % DAY // 3600, seconds % 3600 // 60
        parts = (
            self._("%(d)s d", d=days) if days else "",
            self._("%(h)s h", h=hours) if hours else "",
            self._("%(m)s m", m=minutes) if minutes else "",
        )
        return " ".join(part for part in parts if part) or self._("%(m)s m", m=0)

    def countdown(self, due_at: datetime) -> str:
        """`1 h 25 m left`, `2 h 10 m over`, or the day and time when it is further away than SOON."""
        left = (due_at - self.now).total_seconds()
        if left < 0:
            return self._("%(time)s over", time=self.duration(-left))
        return self._("%(time)s left", time=self.duration(left)) if left <= SOON else self.short(due_at)

    def count(self, number: int) -> str:
        """`1,204`."""
        return format_decimal(number, locale=self.language)

    def size(self, count: int) -> str:
        """`1.2 MB`, of bytes, in units of 1024 as limits are set in."""
        unit, factor = ("MB", 1024**2) if count >= 1024**2 else ("kB", 1024)
        return f"{format_decimal(max(count / factor, 0.1), '#,##0.#', locale=self.language)} {unit}"

    def iso(self, instant: datetime) -> str:
        """The instant for a machine, in UTC."""
        return instant.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def zone_named(name: str) -> ZoneInfo:
    """The zone, or UTC when the name is not one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
