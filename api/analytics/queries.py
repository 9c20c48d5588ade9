"""Reads of figures. Each runs over what is active, or over a bounded period by its index."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from api.analytics.wire import (
    AgentFigures,
    AgentProductivity,
    Backlog,
    BreachPage,
    BreachRow,
    Compliance,
    Count,
    Dashboard,
    Day,
    NamedCount,
    Trends,
    WaitingTicket,
)
from api.db import Read, sql
from api.installation.queries import get_settings
from api.pages import COUNT_CAP, pagination, window
from api.visibility import visible_tickets

OLDEST = 10
BREACHES = """(
    select ticket_id, target, cycle, target_seconds, met_at, breached_at
    from sla_clocks
    where breached_at >= %(since)s and breached_at < %(until)s and target not like 'escalation%%'
    union all
    select ticket_id, target, cycle, target_seconds, met_at, due_at
    from sla_clocks
    where met_at is null and breached_at is null and due_at >= %(since)s and due_at < least(%(until)s, %(now)s)
      and target not like 'escalation%%'
)"""
"""The breaches of a period: a clock that ran out is one of them before the sweep has noticed."""
MAX_AGENTS = 500


def local_midnight(now: datetime, time_zone: str, days_ago: int = 0) -> datetime:
    """Start of the local day that lies `days_ago` before `now`'s."""
    day = now.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))


async def get_dashboard(read: Read, *, days: int) -> Dashboard:
    """The head figures: now, today, and of the last `days` days up to now."""
    settings = await get_settings(read)
    visible, params = visible_tickets(read.actor)
    params = params | {
        "now": read.now,
        "today": local_midnight(read.now, settings.time_zone),
        "since": read.now - timedelta(days=days),
    }
    row = (await read.dicts(sql("analytics/dashboard").replace("/*visible*/", visible), params))[0]
    compliance = [
        Compliance(
            target=item["target"],
            met=item["met"],
            breached=item["breached"],
            share_met=item["met"] / decided if (decided := item["met"] + item["breached"]) else None,
        )
        for item in row.pop("compliance")
    ]
    return msgspec.convert(
        row | {"as_of": read.now, "time_zone": settings.time_zone, "days": days, "compliance": compliance}, Dashboard
    )


async def get_backlog(read: Read) -> Backlog:
    """What is neither resolved nor closed now."""
    visible, params = visible_tickets(read.actor)
    groups = await read.dicts(sql("analytics/backlog").replace("/*visible*/", visible), params | {"now": read.now})
    oldest = await read.all(
        f"""
        select t.id, t.number, t.subject, t.status, t.priority, team.name as team_name, agent.name as assigned_agent_name,
               t.created_at, t.next_due_at
        from (select * from tickets t where t.status not in ('resolved', 'closed') and {visible}
              order by t.created_at, t.id limit {OLDEST}) t
        left join teams team on team.id = t.team_id left join users agent on agent.id = t.assigned_agent_id
        order by t.created_at, t.id
        """,
        params,
        WaitingTicket,
    )
    by: dict[str, list[dict[str, Any]]] = {"status": [], "priority": [], "team": [], "age": []}
    for group in groups:
        by[group["kind"]].append(group)
    return Backlog(
        as_of=read.now,
        total=sum(group["count"] for group in by["status"]),
        by_status=_counts(by["status"]),
        by_priority=_counts(by["priority"]),
        by_team=[NamedCount(group["id"], group["value"], group["count"]) for group in by["team"]],
        by_age=_counts(by["age"]),
        oldest=oldest,
    )


async def list_breaches(read: Read, *, since: datetime, until: datetime, page: int, limit: int) -> BreachPage:
    """Clocks breached in [since, until), newest first; escalation steps are left out, they are no promise."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    params = params | {"now": read.now, "since": since, "until": until, "limit": size, "offset": offset}
    rows = await read.all(
        f"""
        select t.id as ticket_id, t.number, t.subject, t.priority, team.name as team_name,
               agent.name as assigned_agent_name, c.target, c.cycle, c.target_seconds, c.breached_at, c.met_at,
               extract(epoch from coalesce(c.met_at, %(now)s) - c.breached_at)::bigint as late_seconds
        from (select c.* from {BREACHES} c join tickets t on t.id = c.ticket_id where {visible}
              order by c.breached_at desc, c.ticket_id, c.target, c.cycle limit %(limit)s offset %(offset)s) c
        join tickets t on t.id = c.ticket_id
        left join teams team on team.id = t.team_id left join users agent on agent.id = t.assigned_agent_id
        order by c.breached_at desc, c.ticket_id, c.target, c.cycle
        """,
        params,
        BreachRow,
    )
    counts = await read.dicts(
        f"""
        select c.target as value, count(*) as count
        from (select c.target from {BREACHES} c join tickets t on t.id = c.ticket_id where {visible}
              limit {COUNT_CAP + 1}) c
        group by c.target order by c.target
        """,
        params,
    )
    return BreachPage(rows, _counts(counts), pagination(sum(row["count"] for row in counts), page, limit))


async def list_agent_productivity(read: Read, *, days: int) -> AgentProductivity:
    """Each active agent's figures of the last `days` days up to now."""
    since = read.now - timedelta(days=days)
    visible, params = visible_tickets(read.actor)
    agents = await read.all(
        sql("analytics/agents").replace("/*visible*/", visible),
        params | {"since": since, "limit": MAX_AGENTS},
        AgentFigures,
    )
    return AgentProductivity(days, since, agents)


async def list_trends(read: Read, *, days: int) -> Trends:
    """The last `days` local days, today included, oldest first."""
    settings = await get_settings(read)
    visible, params = visible_tickets(read.actor)
    since = local_midnight(read.now, settings.time_zone, days - 1)
    rows = await read.all(
        sql("analytics/trends").replace("/*visible*/", visible),
        params | {"since": since, "now": read.now, "time_zone": settings.time_zone},
        Day,
    )
    return Trends(settings.time_zone, rows)


def _counts(groups: list[dict[str, Any]]) -> list[Count]:
    return [Count(group["value"], group["count"]) for group in groups]
