"""How tickets stand, and what is promised: reads of policies, calendars and clocks, as the rules need them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from api.db import Read, sql
from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clock import AT_RISK_SHARE, Clock
from api.sla.rules.clocks import TicketClocks
from api.sla.rules.policy import PolicyVersion, TicketFacts
from api.visibility import visible_tickets

MAX_POLICIES = 500


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a ticket stands: what policies look at, the policy and calendar versions applied last, its clocks."""

    ticket_id: int
    status: str
    facts: TicketFacts
    is_answered: bool
    at_risk_share: float
    policy_version_id: int | None
    calendar_version_id: int | None
    clocks: tuple[Clock, ...]


class Promises(msgspec.Struct, frozen=True):
    """Policies and calendars: those that hold now, in their order, and all that were asked for, by version id."""

    current: list[PolicyVersion]
    policies: dict[int, PolicyVersion]
    calendars: dict[int, CalendarVersion]
    calendar_now: dict[int, CalendarVersion]
    """The version that holds now, by calendar id."""


class Under(msgspec.Struct, frozen=True):
    """An active ticket with a clock under one of the policies asked for."""

    ticket_id: int
    number: str


class _Rows(msgspec.Struct, frozen=True):
    standings: list[dict[str, Any]]
    policies: list[dict[str, Any]]
    calendars: list[dict[str, Any]]


async def load_standings(read: Read, ticket_ids: Collection[int]) -> tuple[list[Standing], Promises]:
    """How each of the tickets stands, the policies that hold at `read.now`, and every version that the tickets name: one
    statement."""
    rows = await _load(read, ticket_ids)
    return [_standing(row) for row in rows.standings], _promises(rows, read.now)


async def load_promises(
    read: Read, policy_version_ids: Collection[int] = (), calendar_version_ids: Collection[int] = ()
) -> Promises:
    """The policies that hold at `read.now` in their order, those versions asked for, and the calendars of all of them."""
    return _promises(await _load(read, (), policy_version_ids, calendar_version_ids), read.now)


async def _load(
    read: Read,
    ticket_ids: Collection[int],
    policy_version_ids: Collection[int] = (),
    calendar_version_ids: Collection[int] = (),
) -> _Rows:
    rows = await read.one(
        sql("sla/standing"),
        {
            "ticket_ids": list(ticket_ids),
            "policy_version_ids": list(policy_version_ids),
            "calendar_version_ids": list(calendar_version_ids),
            "at_risk_share": AT_RISK_SHARE,
            "limit": MAX_POLICIES,
            "now": read.now,
        },
        _Rows,
    )
    assert rows is not None
    return rows


def _promises(rows: _Rows, now: datetime) -> Promises:
    known = msgspec.convert(rows.policies, list[PolicyVersion])
    calendars = msgspec.convert(rows.calendars, list[CalendarVersion])
    return Promises(
        current=[policy for policy, row in zip(known, rows.policies, strict=True) if row["is_current"]],
        policies={policy.id: policy for policy in known},
        calendars={calendar.id: calendar for calendar in calendars},
        calendar_now={calendar.calendar_id: calendar for calendar in calendars if calendar.valid_from <= now},
    )


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        ticket_id=row["ticket_id"],
        status=row["status"],
        facts=TicketFacts(
            priority=row["priority"],
            category_id=row["category_id"],
            team_id=row["team_id"],
            customer_tags=tuple(row["customer_tags"]),
            organisation_id=row["organisation_id"],
        ),
        is_answered=row["is_answered"],
        at_risk_share=row["at_risk_share"],
        policy_version_id=row["policy_version_id"],
        calendar_version_id=row["calendar_version_id"],
        clocks=tuple(msgspec.convert(row["clocks"], list[Clock])),
    )


def clocks_of(standing: Standing, promises: Promises, status: str | None = None) -> TicketClocks:
    """What the rules fold further. `promises` holds the versions that the standing names; `status` is the one before the
    facts to come, when the row shows a later one already."""
    return TicketClocks(
        ticket_id=standing.ticket_id,
        status=status or standing.status,
        is_answered=standing.is_answered,
        policy=promises.policies[standing.policy_version_id] if standing.policy_version_id else None,
        calendar=promises.calendars[standing.calendar_version_id] if standing.calendar_version_id else None,
        clocks=standing.clocks,
        policies=promises.policies,
        calendars=promises.calendars,
        at_risk_share=standing.at_risk_share,
    )


async def list_under(read: Read, policy_ids: Collection[int], after: int, limit: int) -> list[Under]:
    """At most `limit` active tickets after the id `after` that have a clock under any version of the policies, by id."""
    visible, params = visible_tickets(read.actor)
    return await read.all(
        f"""
        select t.id as ticket_id, t.number
        from tickets t
        -- `limit` keeps this a look-up per active ticket: as a join it would read every clock there ever was
        cross join lateral (
            select from sla_clocks c join sla_policy_versions v on v.id = c.policy_version_id
            where c.ticket_id = t.id and v.sla_policy_id = any(%(policy_ids)s) limit 1
        ) under
        where t.id > %(after)s and t.status not in ('resolved', 'closed') and {visible}
        order by t.id limit %(limit)s
        """,
        params | {"policy_ids": list(policy_ids), "after": after, "limit": limit},
        Under,
    )


async def load_calendars(read: Read, calendar_ids: Collection[int]) -> list[CalendarVersion]:
    """Of each calendar the version that holds at `read.now`."""
    if not calendar_ids:
        return []
    rows = await read.dicts(
        """
        select v.id, v.calendar_id, c.name, v.version, v.valid_from, v.time_zone, v.weekly_hours, v.holidays
        from calendar_versions v join calendars c on c.id = v.calendar_id
        where v.calendar_id = any(%(calendar_ids)s)
          and v.version = (select max(l.version) from calendar_versions l
                           where l.calendar_id = v.calendar_id and l.valid_from <= %(now)s)
        order by v.calendar_id
        """,
        {"calendar_ids": list(calendar_ids), "now": read.now},
    )
    return msgspec.convert(rows, list[CalendarVersion])
