"""Calendars in their present version, for people."""

import msgspec

from api.db import Read
from api.errors import NotFound
from api.sla.queries.standing import MAX_POLICIES
from api.sla.wire import Calendar, Calendars, CalendarSummary

MAX_CALENDARS = 500


class CountingBy(msgspec.Struct, frozen=True):
    """An active policy whose present version counts by the calendar asked for."""

    id: int
    name: str


async def list_calendars(read: Read) -> Calendars:
    """All calendars by name, without their days."""
    rows = await read.dicts(
        """
        select c.id, c.name, c.is_active, v.version, v.time_zone, jsonb_array_length(v.holidays) as holiday_count,
               coalesce(used.policies, 0) as policy_count
        from calendars c
        join lateral (
            select * from calendar_versions v where v.calendar_id = c.id and v.valid_from <= %(now)s
            order by v.version desc limit 1
        ) v on true
        left join (
            select v.calendar_id, count(*) as policies
            from sla_policies p
            join lateral (
                select v.calendar_id from sla_policy_versions v
                where v.sla_policy_id = p.id and v.valid_from <= %(now)s order by v.version desc limit 1
            ) v on true
            where p.is_active group by v.calendar_id
        ) used on used.calendar_id = c.id
        order by c.name, c.id limit %(limit)s
        """,
        {"now": read.now, "limit": MAX_CALENDARS},
    )
    return Calendars(msgspec.convert(rows, list[CalendarSummary]))


async def get_calendar(read: Read, calendar_id: int) -> Calendar:
    """One calendar with its hours and holidays. Raises NotFound."""
    rows = await read.dicts(
        """
        select c.id, c.name, c.is_active, v.version, v.id as version_id, v.valid_from, v.time_zone, v.weekly_hours,
               v.holidays
        from calendars c
        join calendar_versions v on v.calendar_id = c.id and v.valid_from <= %(now)s
        where c.id = %(calendar_id)s order by v.version desc limit 1
        """,
        {"now": read.now, "calendar_id": calendar_id},
    )
    if not rows:
        raise NotFound("calendar.not_found", "There is no such calendar.")
    return msgspec.convert(rows[0], Calendar)


async def list_counting_by(read: Read, calendar_id: int) -> list[CountingBy]:
    """The active policies whose present version counts by the calendar, in order."""
    return await read.all(
        """
        select p.id, p.name
        from sla_policies p
        join lateral (
            select v.calendar_id from sla_policy_versions v
            where v.sla_policy_id = p.id and v.valid_from <= %(now)s order by v.version desc limit 1
        ) v on v.calendar_id = %(calendar_id)s
        where p.is_active order by p.position, p.id limit %(limit)s
        """,
        {"calendar_id": calendar_id, "now": read.now, "limit": MAX_POLICIES},
        CountingBy,
    )
