"""Times and spans as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.web.formats import Formats
from api.web.language import translator

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def reader(language: str = "en", zone: str = "Europe/Berlin") -> Formats:
    return Formats(language, ZoneInfo(zone), NOW, translator(language))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 m"), (3_599, "59 m"), (5_100, "1 h 25 m"), (18_000, "5 h"), (90_061, "1 d 1 h")],
)
def test_a_duration_names_its_two_largest_units(seconds: int, text: str) -> None:
    assert reader().duration(seconds) == text


def test_a_deadline_that_passed_says_so_in_words_not_by_a_sign() -> None:
    assert reader().countdown(NOW - timedelta(minutes=85)) == "1 h 25 m over"


def test_a_deadline_over_a_night_away_is_told_as_a_day_and_a_time_in_the_readers_zone() -> None:
    assert reader().countdown(NOW + timedelta(hours=20)) == "Wed 09:00"
    assert reader(zone="Asia/Tokyo").countdown(NOW + timedelta(hours=20)) == "Wed 17:00"


def test_german_is_german() -> None:
    assert reader("de").by(NOW + timedelta(days=1)) == "morgen, 13:00"
    assert reader("de").ago(NOW - timedelta(minutes=5)) == "vor 5 Minuten"


def test_what_a_machine_reads_is_in_utc() -> None:
    assert reader().iso(datetime(2026, 11, 24, 13, tzinfo=ZoneInfo("Europe/Berlin"))) == "2026-11-24T12:00:00.000000Z"
