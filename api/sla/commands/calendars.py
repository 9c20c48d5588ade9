"""Make and edit calendars. Hours and holidays are versioned: an edit holds from now on."""

from datetime import datetime
from typing import Any

import msgspec
from anyio import to_thread
from msgspec import UNSET

from api.db import Read
from api.errors import Conflict, Invalid
from api.events.catalogue import CalendarCreated, CalendarUpdated
from api.events.tx import Tx
from api.sla.commands.order import lock_promises
from api.sla.commands.rebase import rebase_edited
from api.sla.queries.calendars import get_calendar, list_counting_by
from api.sla.rules.calendar import CalendarVersion, Holiday
from api.sla.rules.holidays import MAX_HOLIDAYS, country_holidays, ical_holidays
from api.sla.wire import Calendar, CalendarPatch, CountryHolidays, NewCalendar

TERMS = ("time_zone", "weekly_hours", "holidays")
"""What a version holds; a calendar's name and `is_active` are its own."""
YEARS_AHEAD = 5


async def create_calendar(tx: Tx, new: NewCalendar) -> int:
    """Insert a calendar in its first version; returns its id.

    Raises Invalid for hours, a zone, a country or a file that make no sense, Conflict for a name that is taken.
    """
    await lock_promises(tx)
    holidays = await holidays_of(new, tx.now, tx.actor.language)
    terms = _version(0, 1, tx.now, new.name, new.time_zone, new.weekly_hours, holidays or ())
    await _check_name(tx, new.name, None)
    calendar_id = await tx.value(
        "insert into calendars (name, created_at) values (%(name)s, %(now)s) returning id",
        {"name": new.name, "now": tx.now},
    )
    version_id = await _insert_version(tx, calendar_id, terms)
    await tx.append(
        CalendarCreated(
            entity_id=calendar_id, new={"name": new.name, **_terms(terms), "version": 1, "version_id": version_id}
        )
    )
    return calendar_id


async def update_calendar(tx: Tx, calendar_id: int, patch: CalendarPatch) -> None:
    """Change a calendar, and re-base the open clocks of the policies that count by it. What stays writes nothing.

    Raises NotFound; Conflict when active policies count by a calendar that is to go out of use; and what
    `create_calendar` raises.
    """
    await lock_promises(tx)
    calendar = await get_calendar(tx, calendar_id)
    tx.not_before(calendar.valid_from)
    terms = await edited_calendar(tx, calendar, patch)
    policies = await list_counting_by(tx, calendar_id)
    if patch.is_active is False and policies:
        raise Conflict(
            "calendar.in_use", "Active policies count by this calendar.", policies=[p.name for p in policies]
        )
    before = {"name": calendar.name, "is_active": calendar.is_active, **_terms(calendar)}
    after = {"name": terms.name, **_terms(terms)} | ({} if patch.is_active is UNSET else {"is_active": patch.is_active})
    changed = [name for name, value in after.items() if value != before[name]]
    if not changed:
        return
    old, new = {name: before[name] for name in changed}, {name: after[name] for name in changed}
    await tx.run(
        "update calendars set name = %(name)s, is_active = %(is_active)s where id = %(id)s",
        {"id": calendar_id, "name": terms.name, "is_active": new.get("is_active", calendar.is_active)},
    )
    if any(name in new for name in TERMS):
        version_id = await _insert_version(tx, calendar_id, terms)
        old |= {"version": calendar.version, "version_id": calendar.version_id}
        new |= {"version": terms.version, "version_id": version_id}
    await tx.append(CalendarUpdated(entity_id=calendar_id, old=old, new=new))
    if "version" in new:
        await rebase_edited(tx, [policy.id for policy in policies])


async def edited_calendar(read: Read, calendar: Calendar, patch: CalendarPatch) -> CalendarVersion:
    """What the calendar says once it is patched, as a version that is not stored. Raises Invalid and Conflict."""
    name = calendar.name if patch.name is UNSET else patch.name
    await _check_name(read, name, calendar.id)
    holidays = await holidays_of(patch, read.now, read.actor.language)
    return _version(
        calendar.id,
        calendar.version + 1,
        read.now,
        name,
        calendar.time_zone if patch.time_zone is UNSET else patch.time_zone,
        calendar.weekly_hours if patch.weekly_hours is UNSET else patch.weekly_hours,
        tuple(calendar.holidays) if holidays is None else holidays,
    )


async def holidays_of(data: NewCalendar | CalendarPatch, now: datetime, language: str) -> tuple[Holiday, ...] | None:
    """The holidays of every source that is given, by day; of two names for a day the one listed, then the country's.

    None when no source is given. Raises Invalid.
    """
    if data.holidays is UNSET and data.country_holidays is UNSET and data.ical is UNSET:
        return None
    first = now.year if data.first_year is UNSET else data.first_year
    years = range(first, (first + YEARS_AHEAD if data.last_year is UNSET else data.last_year + 1))
    if not years:
        raise Invalid("calendar.years", "The last year is before the first.", field="last_year")
    found: list[Holiday] = [] if data.holidays is UNSET else list(data.holidays)
    try:
        if data.country_holidays is not UNSET:
            found += await to_thread.run_sync(_of_country, data.country_holidays, years, language)
        if data.ical is not UNSET:
            found += await to_thread.run_sync(ical_holidays, data.ical, years)
    except ValueError as error:
        raise Invalid("calendar.holidays", str(error), field="holidays") from error
    named: dict[Any, Holiday] = {}
    for holiday in found:
        named.setdefault(holiday.on, holiday)
    if len(named) > MAX_HOLIDAYS:
        raise Invalid("calendar.holidays", f"These are more than {MAX_HOLIDAYS} days.", field="holidays")
    return tuple(sorted(named.values()))


def _of_country(country: CountryHolidays, years: range, language: str) -> tuple[Holiday, ...]:
    return country_holidays(country.country, years, country.subdivision, None if language == "en" else language)


def _version(
    calendar_id: int, version: int, at: datetime, name: str, zone: str, hours: Any, holidays: Any
) -> CalendarVersion:
    try:
        return CalendarVersion(
            id=0,
            calendar_id=calendar_id,
            name=name,
            version=version,
            valid_from=at,
            time_zone=zone,
            weekly_hours=hours,
            holidays=holidays,
        )
    except ValueError as error:
        raise Invalid("calendar.terms", str(error)) from error


def _terms(calendar: CalendarVersion | Calendar) -> dict[str, Any]:
    """The terms as the log holds them: lists where Structs have tuples."""
    return msgspec.json.decode(msgspec.json.encode({name: getattr(calendar, name) for name in TERMS}))


async def _check_name(read: Read, name: str, calendar_id: int | None) -> None:
    if await read.value(
        "select true from calendars where name = %(name)s and id is distinct from %(id)s::bigint",
        {"name": name, "id": calendar_id},
    ):
        raise Conflict("calendar.name_taken", f"There is a calendar named {name} already.", field="name")


async def _insert_version(tx: Tx, calendar_id: int, terms: CalendarVersion) -> int:
    return await tx.value(
        """
        insert into calendar_versions (calendar_id, version, valid_from, time_zone, weekly_hours, holidays, created_by)
        values (%(calendar_id)s, %(version)s, %(now)s, %(time_zone)s, %(hours)s::jsonb, %(holidays)s::jsonb, %(actor_id)s)
        returning id
        """,
        {
            "calendar_id": calendar_id,
            "version": terms.version,
            "now": tx.now,
            "time_zone": terms.time_zone,
            "hours": msgspec.json.encode(terms.weekly_hours).decode(),
            "holidays": msgspec.json.encode(terms.holidays).decode(),
            "actor_id": tx.actor.id,
        },
    )
