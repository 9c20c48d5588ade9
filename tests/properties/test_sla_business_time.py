"""Business time is what a clock on the wall counts, second by second: across DST, midnights, holidays and closing times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from api.sla.rules.business_time import add_business_seconds, business_seconds
from api.sla.rules.calendar import CalendarVersion
from tests.properties.sla_histories import WEEKDAYS, calendars, holiday_dates, instants

DAY = 86_400
SECOND = timedelta(seconds=1)


def wall_seconds(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def is_open(calendar: CalendarVersion, second: datetime) -> bool:
    """Whether the second that begins at this instant counts, read off a clock on the wall of the calendar's zone."""
    local = second.astimezone(ZoneInfo(calendar.time_zone))
    if local.date() in holiday_dates(calendar):
        return False
    wall = local.hour * 3600 + local.minute * 60 + local.second
    today = getattr(calendar.weekly_hours, WEEKDAYS[local.weekday()])
    yesterday = getattr(calendar.weekly_hours, WEEKDAYS[local.weekday() - 1])
    for span in today:
        start, end = wall_seconds(span.start), wall_seconds(span.end)
        if start <= wall < (end if start < end else DAY):
            return True
    overnight = [span for span in yesterday if wall_seconds(span.start) > wall_seconds(span.end)]
    return any(wall < wall_seconds(span.end) for span in overnight)


def whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def open_seconds(calendar: CalendarVersion, start: datetime, end: datetime) -> list[datetime]:
    """The seconds of [start, end) that count, each by its beginning."""
    first, length = whole(start), int((whole(end) - whole(start)) / SECOND)
    return [at for at in (first + SECOND * n for n in range(length)) if is_open(calendar, at)]


@st.composite
def stretches(draw: st.DrawFn) -> tuple[CalendarVersion, datetime, datetime]:
    """A calendar and some hours in which its zone may change its offset; often from or to an edge of the opening hours."""
    calendar = draw(calendars())
    start = draw(instants(calendar, days=2))
    end = start + timedelta(seconds=draw(st.integers(0, 2 * 3600)), microseconds=draw(st.sampled_from((0, 999_999))))
    if draw(st.booleans()):
        start = add_business_seconds(calendar, start, draw(st.integers(1, 3_600)))
        end = start + timedelta(seconds=draw(st.integers(0, 2 * 3600)))
    return calendar, start, end


@settings(max_examples=40, deadline=None)
@given(stretches())
def test_counting_is_counting_every_second(stretch: tuple[CalendarVersion, datetime, datetime]) -> None:
    calendar, start, end = stretch
    assert business_seconds(calendar, start, end) == len(open_seconds(calendar, start, end))


@settings(max_examples=40, deadline=None)
@given(stretches(), st.data())
def test_walking_forward_ends_with_the_last_second_counted(
    stretch: tuple[CalendarVersion, datetime, datetime], data: st.DataObject
) -> None:
    calendar, start, end = stretch
    counted = open_seconds(calendar, start, end)
    if counted:
        number = data.draw(st.one_of(st.just(len(counted)), st.integers(1, len(counted))))
        assert add_business_seconds(calendar, start, number) == counted[number - 1] + SECOND


@settings(max_examples=40, deadline=None)
@given(stretches(), st.data())
def test_walking_backward_begins_with_the_earliest_second_counted(
    stretch: tuple[CalendarVersion, datetime, datetime], data: st.DataObject
) -> None:
    calendar, start, end = stretch
    counted = open_seconds(calendar, start, end)
    if counted:
        number = data.draw(st.one_of(st.just(len(counted)), st.integers(1, len(counted))))
        assert add_business_seconds(calendar, end, -number) == counted[-number]


@settings(max_examples=150, deadline=None)
@given(calendars(), st.data(), st.integers(1, 2_000_000))
def test_over_months_walking_is_the_inverse_of_counting(
    calendar: CalendarVersion, data: st.DataObject, seconds: int
) -> None:
    start = data.draw(instants(calendar))
    there = add_business_seconds(calendar, start, seconds)
    assert business_seconds(calendar, start, there) == seconds
    assert is_open(calendar, there - SECOND)
    back = add_business_seconds(calendar, there, -seconds)
    assert business_seconds(calendar, back, there) == seconds
    assert is_open(calendar, back)
    middle = start + (there - start) * data.draw(st.floats(0, 1))
    parts = business_seconds(calendar, start, middle) + business_seconds(calendar, middle, there)
    assert parts == seconds == -business_seconds(calendar, there, start)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 3 * 10**9), st.integers(-(10**8), 10**8))
def test_around_the_clock_every_second_counts(since: int, seconds: int) -> None:
    start = datetime(1971, 1, 1, tzinfo=UTC) + timedelta(seconds=since)
    assert business_seconds(None, start, add_business_seconds(None, start, seconds)) == seconds
