"""Calendars: business hours and holidays, previewed with the open clocks that an edit would move."""

import re
from datetime import date
from typing import Any

import msgspec
from litestar import Router, post
from msgspec import UNSET

from api.actor import Right
from api.db import Read
from api.errors import Problem
from api.people.rules import known_zones
from api.sla.commands.calendars import create_calendar, edited_calendar, update_calendar
from api.sla.commands.preview import preview_calendar
from api.sla.queries.calendars import get_calendar, list_calendars
from api.sla.rules.calendar import Holiday, Hours
from api.sla.rules.example import example
from api.sla.wire import Calendar, CalendarPatch, CountryHolidays, NewCalendar
from api.web.formats import zone_named
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field, filled, values_of
from api.web.pages.admin.promise_preview import shown, start_of
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers, show_form
from api.web.render import formats, speak
from api.web.words import N_

DAYS = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
}
FIELDS = (
    Field("name", N_("Name"), is_required=True, max_length=100),
    Field("time_zone", N_("Time zone"), "choice", is_required=True),
    Field("is_active", N_("In use"), "check"),
)
HOLIDAYS = (
    Field("holidays", N_("Holidays"), "lines", N_("A day and its name on each line: 2026-12-25 Christmas. All of them stand here; what you take out is a working day."), group=N_("Holidays")),
    Field("country", N_("Add those of a country"), hint=N_("Its two letters: DE"), max_length=2),
    Field("subdivision", N_("or of a part of it"), hint=N_("Such as BY"), max_length=20),
    Field("first_year", N_("From the year"), "number", N_("Empty: this year")),
    Field("last_year", N_("To the year"), "number", N_("Empty: four years on")),
    Field("ical", N_("Add those of an iCalendar file"), "long", N_("Paste its text. Events with a time of day are passed over.")),
)  # fmt: skip
EXAMPLE_HOURS = (4, 8, 24)
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[-\N{EN DASH}]\s*(\d{1,2}:\d{2})")


async def _rows(asked: Asked) -> Listing:
    return Listing(
        rows=[
            Row(
                id=one.id,
                cells=(one.name, one.time_zone, asked.f.count(one.holiday_count), asked.f.count(one.policy_count)),
                is_active=one.is_active,
            )
            for one in (await list_calendars(asked.read)).calendars
        ]
    )


async def _choices(read: Read, _: Translate) -> Choices:
    return {"time_zone": [(zone, zone.replace("_", " ")) for zone in sorted(known_zones())]}


def _fill(calendar: Calendar, _: Translate) -> Form:
    form = filled(FIELDS, calendar, _)
    for day in DAYS:
        spans: tuple[Hours, ...] = getattr(calendar.weekly_hours, day)
        form.values[day] = ", ".join(f"{span.start}-{span.end}" for span in spans)
    form.values["holidays"] = "\n".join(f"{holiday.on} {holiday.name}" for holiday in calendar.holidays)
    return form


def _make(form: Form, kind: type[Any], calendar: Calendar | None) -> Any:
    hours = {day: _hours(form, day) for day in DAYS}
    given: dict[str, Any] = values_of(form, [field for field in FIELDS if field.name in kind.__struct_fields__])
    given |= {"weekly_hours": hours, "holidays": _holidays(form)}
    if form["country"]:
        country = form.convert(
            CountryHolidays, country=form["country"].upper(), subdivision=form["subdivision"].upper() or None
        )
        given["country_holidays"] = UNSET if country is None else country
    given |= {name: form[name] for name in ("ical", "first_year", "last_year") if form[name]}
    return None if form.is_refused else form.convert(kind, **given)


def _hours(form: Form, day: str) -> list[Hours]:
    """The spans of a day as they were typed: `09:00-12:00, 13:00-17:00`; nothing is a day that is closed."""
    found: list[Hours] = []
    for text in filter(None, (part.strip() for part in form[day].split(","))):
        span = _SPAN.fullmatch(text)
        try:
            start, end = (clock.zfill(5) for clock in span.groups()) if span else ("", "")
            found.append(msgspec.convert({"start": start, "end": end}, Hours))
        except msgspec.ValidationError:
            form.refuse_field(day, N_("Write hours as 09:00-12:00, 13:00-17:00."))
    return found


def _holidays(form: Form) -> list[Holiday]:
    found: list[Holiday] = []
    for line in filter(None, (line.strip() for line in form["holidays"].splitlines())):
        day, _, name = line.partition(" ")
        try:
            found.append(Holiday(date.fromisoformat(day), name.strip()))
        except ValueError:
            form.refuse_field("holidays", N_("This is no day with a name: %(line)s"), line=line[:60])
    return found


async def _more(read: Read, calendar: Calendar | None, _: Translate) -> dict[str, Any]:
    return {"days": DAYS, "holiday_fields": HOLIDAYS, "preview": None, "shown": None}


SCREEN = Screen(
    path="calendars",
    entity="calendar",
    title=N_("Calendars"),
    about=N_("When time counts. A policy without a calendar counts around the clock."),
    add=N_("New calendar"),
    icon="clock",
    columns=(N_("Calendar"), N_("Time zone"), N_("Holidays"), N_("Policies that count by it")),
    fields=FIELDS,
    new=NewCalendar,
    patch=CalendarPatch,
    rows=_rows,
    find=get_calendar,
    create=create_calendar,
    update=update_calendar,
    choices=_choices,
    fill=_fill,
    make=_make,
    more=_more,
    defaults=lambda: {"time_zone": "UTC"} | dict.fromkeys(list(DAYS)[:5], "09:00-17:00"),
    template="admin/calendar.html",
)


@post("/calendars/{thing_id:int}/preview", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def preview(request: WebRequest, thing_id: int) -> Page:
    """What saving the form would do. Nothing is kept."""
    form = await read_form(request, speak(request))
    found: dict[str, Any] = {}
    try:
        async with reading(request) as read:
            calendar = await get_calendar(read, thing_id)
            wanted = _make(form, CalendarPatch, calendar)
            start = start_of(form, zone_named(form["time_zone"]))
            if wanted is not None and not form.is_refused:
                version = await edited_calendar(read, calendar, wanted)
                f = formats(request)
                targets = {f.span(hours * 3_600): hours * 3_600 for hours in EXAMPLE_HOURS}
                found["preview"] = await preview_calendar(read, thing_id, wanted)
                found["shown"] = shown(example(targets, version, start, read.now), f)
    except Problem as problem:
        form.refuse(problem)
    return await show_form(request, SCREEN, thing_id, form, status=422 if form.is_refused else 200, **found)


router = Router("/", route_handlers=[*handlers(SCREEN), preview])
