"""Calendars, policies and histories of tickets, drawn around the days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from api.sla.rules.calendar import CalendarVersion, Holiday, Hours, WeeklyHours
from api.sla.rules.facts import PolicyApplied, PublicComment, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.policy import PolicyVersion

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Africa/Casablanca",
)
STATUSES = ("open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


@cache
def changes(zone: str) -> list[datetime]:
    """The days from 2023 to 2026 on which the zone's offset changes, and two ordinary ones."""
    days = [datetime(2023, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(4 * 365)]
    where = ZoneInfo(zone)
    found = [
        day
        for day in days
        if day.astimezone(where).utcoffset() != (day + timedelta(days=1)).astimezone(where).utcoffset()
    ]
    return [*found, datetime(2024, 2, 28, 12, tzinfo=UTC), datetime(2025, 12, 31, 12, tzinfo=UTC)]


def walls(*, closing: bool) -> st.SearchStrategy[str]:
    """HH:MM, mostly at quarters, sometimes at any minute, often in the small hours where clocks change."""
    hours = st.one_of(st.integers(0, 3), st.integers(0, 23))
    minutes = st.one_of(st.sampled_from((0, 15, 30, 45)), st.integers(0, 59))
    wall = st.builds("{:02}:{:02}".format, hours, minutes)
    return st.one_of(wall, st.just("24:00")) if closing else wall


def spans() -> st.SearchStrategy[Hours]:
    return st.builds(Hours, walls(closing=False), walls(closing=True)).filter(lambda span: span.start != span.end)


@st.composite
def calendars(draw: st.DrawFn, version_id: int = 1) -> CalendarVersion:
    zone = draw(st.sampled_from(ZONES))
    weekdays = st.lists(spans(), max_size=2).map(tuple)
    hours = draw(st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, weekdays)).filter(lambda week: any(week.values())))
    near = draw(st.sampled_from(changes(zone))).date()
    closed = draw(st.lists(st.integers(-4, 6), max_size=3, unique=True))
    return CalendarVersion(
        id=version_id,
        calendar_id=version_id,
        name=f"Calendar {version_id}",
        version=1,
        valid_from=BEGIN,
        time_zone=zone,
        weekly_hours=WeeklyHours(**hours),
        holidays=tuple(Holiday(near + timedelta(days=n), f"Holiday {n}") for n in closed),
    )


@st.composite
def instants(draw: st.DrawFn, calendar: CalendarVersion, days: int = 4) -> datetime:
    """An instant, to the microsecond, within `days` of a day on which the calendar's zone changes its offset."""
    around = draw(st.sampled_from(changes(calendar.time_zone)))
    fraction = draw(st.sampled_from((0, 0, 1, 500_000, 999_999)))
    return around + timedelta(seconds=draw(st.integers(-days * 86_400, days * 86_400)), microseconds=fraction)


TARGETS = ("first_response", "resolution", "escalation", "escalation_2", "next_response", "periodic_update")


@st.composite
def policies(draw: st.DrawFn, version_id: int, unit: int = 1) -> PolicyVersion:
    """A policy of some targets, from `unit` seconds to four days long."""
    names = draw(st.lists(st.sampled_from(TARGETS), min_size=1, max_size=6, unique=True))
    lengths = st.one_of(st.integers(1, 36_000 // unit), st.integers(1, 345_600 // unit)).map(lambda n: n * unit)
    pausing = st.lists(st.sampled_from(STATUSES[:5]), max_size=2, unique=True).map(tuple)
    return PolicyVersion(
        id=version_id,
        policy_id=version_id,
        version=1,
        valid_from=BEGIN,
        name=f"Policy {version_id}",
        targets={name: draw(lengths) for name in names},
        pauses_on=draw(
            st.one_of(
                st.just({"resolution": ("pending",), "escalation*": ("pending",)}),
                st.fixed_dictionaries({"resolution": pausing, "next_response": pausing, "escalation*": pausing}),
            )
        ),
    )


def gaps(unit_microseconds: int) -> st.SearchStrategy[timedelta]:
    """Time between two facts: none, moments, hours, days."""
    top = [n * 1_000_000 // unit_microseconds for n in (0, 120, 20_000, 400_000)]
    return st.one_of(*(st.integers(0, most) for most in top)).map(
        lambda n: timedelta(microseconds=n * unit_microseconds)
    )


@st.composite
def histories(
    draw: st.DrawFn,
    promised: list[PolicyVersion],
    open_hours: list[CalendarVersion],
    unit_microseconds: int = 1,
    longest: int = 14,
) -> list[TicketFact]:
    """The facts of a ticket: opened, promised something, then anything in any order."""
    zone = open_hours[0].time_zone if open_hours else "Europe/Berlin"
    at = draw(st.sampled_from(changes(zone))) + draw(gaps(unit_microseconds)) - timedelta(days=3)
    promise = st.tuples(st.sampled_from(promised), st.sampled_from([None, *open_hours]))
    status = draw(st.sampled_from(("open", "open", "pending", "resolved")))
    policy, calendar = draw(promise)
    facts: list[TicketFact] = [
        TicketOpened(at=at, status=status, event_id=1),
        PolicyApplied(at=at, policy=policy, calendar=calendar, event_id=2),
    ]
    kinds = st.sampled_from(("status", "status", "status", "staff", "customer", "policy"))
    for number, kind in enumerate(draw(st.lists(kinds, max_size=longest)), start=3):
        at += draw(gaps(unit_microseconds))
        if kind == "status":
            new = draw(st.sampled_from([other for other in STATUSES if other != status]))
            facts.append(StatusChanged(at=at, old=status, new=new, event_id=number))
            status = new
        elif kind == "policy":
            policy, calendar = draw(promise)
            facts.append(PolicyApplied(at=at, policy=policy, calendar=calendar, event_id=number))
        else:
            facts.append(PublicComment(at=at, by_staff=kind == "staff", event_id=number))
    return facts


def holiday_dates(calendar: CalendarVersion) -> set[date]:
    return {holiday.on for holiday in calendar.holidays}
