"""Lists of holidays: generated for a country, or read from an iCal file."""

from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import cast

import holidays as known
from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from api.sla.rules.calendar import Holiday

MAX_HOLIDAYS = 2_000
MAX_RECURRENCES = 5_000


def country_holidays(
    country: str, years: range, subdivision: str | None = None, language: str | None = None
) -> tuple[Holiday, ...]:
    """Public holidays of a country (ISO 3166-1, such as DE) or of a part of it (BE), observed days included.

    Raises `ValueError` for a country or part that `holidays` does not know. An unknown language falls back to English,
    then to the country's own.
    """
    try:
        days = known.country_holidays(country, subdiv=subdivision, years=years, language=language or "en_US")
    except NotImplementedError as error:
        raise ValueError(f"No holidays are known for {country}{f', {subdivision}' if subdivision else ''}.") from error
    return tuple(Holiday(on, name) for on, name in sorted(days.items()))


def ical_holidays(text: str | bytes, years: range) -> tuple[Holiday, ...]:
    """The whole-day events of an iCalendar file (RFC 5545) that fall into `years`; recurring ones on each of their days.

    Events with a time of day are appointments, not holidays, and are passed over. Of two names for a day the first
    stays. Raises `ValueError` for what is no calendar, or for more than MAX_HOLIDAYS days.
    """
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError(f"This is not an iCalendar file: {error}") from error
    if calendar.name != "VCALENDAR":
        raise ValueError("This is not an iCalendar file: it holds no VCALENDAR.")
    named: dict[date, str] = {}
    for event in calendar.events:
        for on in _days(event, years):
            named.setdefault(on, str(event.get("SUMMARY") or "Holiday").strip())
            if len(named) > MAX_HOLIDAYS:
                raise ValueError(f"The file names more than {MAX_HOLIDAYS} days.")
    return tuple(Holiday(on, name) for on, name in sorted(named.items()))


def _days(event: Event, years: range) -> list[date]:
    """The local days an event covers, `DTEND` being the first day after it."""
    first = event.get("DTSTART")
    if first is None or isinstance(first.dt, datetime):
        return []
    last = event.get("DTEND")
    length = max((last.dt - first.dt).days, 1) if last is not None and not isinstance(last.dt, datetime) else 1
    begins = _recurrences(event, first.dt, years) if event.get("RRULE") else [first.dt]
    return [
        day
        for begin in begins
        for day in (begin + timedelta(days=n) for n in range(min(length, MAX_HOLIDAYS + 1)))
        if day.year in years
    ]


def _recurrences(event: Event, first: date, years: range) -> list[date]:
    text = cast("bytes", event["RRULE"].to_ical()).decode()
    # days have no zone: dateutil walks them as naive midnights
    rule = rrulestr(text, dtstart=datetime.combine(first, time.min))
    last = datetime.combine(date(years.stop, 1, 1), time.min)
    begins = list(islice(takewhile(lambda begin: begin < last, rule), MAX_RECURRENCES + 1))
    if len(begins) > MAX_RECURRENCES:
        raise ValueError(f"The rule {text} recurs more than {MAX_RECURRENCES} times.")
    return [begin.date() for begin in begins]
