"""The deadlines of an example lead across the next change of clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from api.sla.rules.calendar import CalendarVersion, Hours, WeeklyHours
from api.sla.rules.example import example, next_clock_change, telling_start

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ALL_DAY = WeeklyHours(**{day: (Hours("00:00", "24:00"),) for day in WeeklyHours.__struct_fields__})


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 14, 7, tzinfo=UTC)),
        ("Asia/Tokyo", None),
    ],
)
def test_the_next_change_of_clocks_is_found_to_the_second(zone: str, change: datetime | None) -> None:
    assert next_clock_change(ZoneInfo(zone), NOW) == change


def test_the_example_begins_on_the_friday_before_the_change_or_on_the_next_one() -> None:
    assert telling_start(BERLIN, NOW).astimezone(BERLIN).isoformat() == "2027-03-26T16:30:00+01:00"
    assert (
        telling_start(ZoneInfo("Asia/Tokyo"), NOW).astimezone(ZoneInfo("Asia/Tokyo")).date().isoformat() == "2026-11-27"
    )


def test_a_day_of_the_calendar_that_loses_an_hour_ends_an_hour_later_on_the_clock() -> None:
    calendar = CalendarVersion(
        id=1, calendar_id=1, name="Always", version=1, valid_from=NOW, time_zone="Europe/Berlin", weekly_hours=ALL_DAY
    )  # fmt: skip
    shown = example({"resolution": 48 * 3_600}, calendar, None, NOW)
    assert shown.due[0].due_at.astimezone(BERLIN).isoformat() == "2027-03-28T17:30:00+02:00"
    assert shown.change_at is not None and shown.change_at < shown.due[0].due_at
    assert sum(part.end - part.start for part in shown.parts) == 48 * 3_600
