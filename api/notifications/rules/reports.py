"""Pages of the dashboards as regular e-mails: which there are, when they are due, and of which days."""

from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

Cadence = Literal["weekly", "monthly"]
ReportPage = Literal[
    "backlog",
    "compliance",
    "breaches",
    "productivity",
    "workload",
    "satisfaction",
    "topics",
    "repeats",
    "process_map",
    "time_logged",
]
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
PAGES: tuple[ReportPage, ...] = get_args(ReportPage)
KINDS: dict[str, Cadence] = {f"{cadence}_report": cadence for cadence in CADENCES}
"""Kind of the delivery, and what its link to stop names → how often it comes."""

FROM_HOUR = 6
"""By the installation's clock: the data of the night are there, and nobody's morning has begun."""


class Due(msgspec.Struct, frozen=True):
    """A report that is due on `day`, about the days from `since` to `until`."""

    cadence: Cadence
    day: date
    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def key(self, user_id: int) -> str:
        """What the delivery to a person is known by, so that it is made once."""
        return f"report:{self.cadence}:{self.day}:{user_id}"


def topic(cadence: Cadence, page: str) -> str:
    """What a person's choice is kept under."""
    return f"{cadence}_{page}"


def due(at: datetime, time_zone: str) -> list[Due]:
    """What is due: on Mondays the week before, on the first of a month the month before, from FROM_HOUR on."""
    local = at.astimezone(ZoneInfo(time_zone))
    today, found = local.date(), list[Due]()
    if local.hour < FROM_HOUR:
        return found
    yesterday = today - timedelta(days=1)
    if today.isoweekday() == 1:
        found.append(Due("weekly", today, today - timedelta(days=7), yesterday))
    if today.day == 1:
        found.append(Due("monthly", today, yesterday.replace(day=1), yesterday))
    return found
