"""A small lake as pipelines publish it: the contracts' columns, `_meta` and `data_health`."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.lake import MONTH, path_of, write_all
from pipelines.publish.contracts import contracts
from pipelines.publish.meta import HEALTH, HEALTH_SCHEMA, META, META_SCHEMA
from tests.dashboards.made import AGENTS, CATEGORIES, NOW, PROMISES, TABLES, TEAMS, ZONE, Maker

CHECKS = {
    "log_equals_raw": ("ok", True, "204,118 events of 120 days are the same in raw.events and in the log."),
    "clocks_equal_product": ("ok", True, "8,000 clocks computed from events are those of the product, to the second."),
    "state_equals_product": ("ok", True, "The events of 4,000 tickets add up to the state they have in the product."),
    "backlog_two_ways": ("ok", False, "The backlog of 121 days is created − closed + reopened."),
    "periods_tile": ("ok", False, "31,204 periods follow each other without gap or overlap."),
    "freshness": ("ok", False, f"Data to {NOW:%Y-%m-%d %H:%M} UTC."),
}

OFFICE = json.dumps(
    {day: [{"start": "08:00", "end": "18:00"}] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
)

_LOCAL = f"at time zone '{ZONE}'"

_DAYS = f"""
select d::date as day, '{ZONE}' as time_zone, (d::timestamp) {_LOCAL} as starts_at,
       (d::timestamp + interval 1 day) {_LOCAL} as ends_at, year(d) as year, quarter(d) as quarter, month(d) as month,
       date_trunc('month', d)::date as month_start, isoyear(d) as iso_year, week(d) as iso_week,
       date_trunc('week', d)::date as week_start, isodow(d) as weekday, isodow(d) > 5 as is_weekend, 86400 as seconds_in_day
from (select unnest(generate_series(min(created_at)::date, $now::date + 30, interval 1 day)) as d from tickets)
"""

_BACKLOG = f"""
select d.day, '{ZONE}' as time_zone, p.status, t.priority, a.team_id, null::bigint as skill_id, b.name as age_band,
       b.place as age_band_order, count(*) as tickets
from days d
join periods p on p.valid_from < least(d.ends_at, $now) and (p.valid_to is null or p.valid_to >= least(d.ends_at, $now))
join assignments a on a.ticket_id = p.ticket_id and a.valid_from < least(d.ends_at, $now)
                  and (a.valid_to is null or a.valid_to >= least(d.ends_at, $now))
join tickets t on t.ticket_id = p.ticket_id
join (values ('0-1d', 1, 0, 1), ('1-3d', 2, 1, 3), ('3-7d', 3, 3, 7), ('7-14d', 4, 7, 14), ('14-30d', 5, 14, 30),
             ('30d+', 6, 30, 99999)) b (name, place, low, high)
  on d.day - t.created_day >= b.low and d.day - t.created_day < b.high
where p.status not in ('resolved', 'closed') and d.day <= ($now {_LOCAL})::date
group by all
"""

_SLA = f"""
select due_day as day, '{ZONE}' as time_zone, target, priority, team_id, count(*) as due,
       count_if(state = 'met') as met, count_if(state = 'breached') as breached,
       count_if(state in ('open', 'paused')) as still_open,
       count_if(state = 'met') / nullif(count_if(state in ('met', 'breached')), 0) as compliance
from clocks where due_day is not null group by all
"""

_AGENTS = f"""
select day, agent_id, '{ZONE}' as time_zone, sum(resolved)::int as resolved, sum(replies)::int as public_replies,
       sum(first)::int as first_responses, sum(in_time)::int as first_responses_in_time, sum(assigned)::int as assigned,
       (2 * sum(replies) + sum(resolved))::int as touches, sum(replies)::int as tickets_touched, 0 as backlog_at_end
from (
    select resolved_day as day, assigned_agent_id as agent_id, 1 as resolved, 1 as replies, 0 as first, 0 as in_time, 0 as assigned
    from tickets where resolved_day is not null
    union all
    select (first_response_at {_LOCAL})::date, first_response_by, 0, 1, 1, (first_response_sla = 'met')::int, 1
    from tickets where first_response_at is not null
) group by all
"""


def build(root: Path, tickets: int = 300, days: int = 120, now: datetime = NOW, without: Collection[str] = ()) -> str:
    """Write the lake and return its root; `without` names tables that are not published."""
    maker = Maker(1, days, now)
    for ticket_id in range(1, tickets + 1):
        maker.ticket(ticket_id)
    if not tickets:
        return publish(root, dimensions(now), now, without)
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in maker.rows.items()} | dimensions(now)
    with duckdb.connect() as conn:
        conn.execute("set TimeZone = 'UTC'")
        days_of = {"fct_tickets": ("created", "resolved", "closed"), "fct_sla_clocks": ("started", "due"),
                   "fct_status_periods": ("valid_from",), "fct_assignments": ("valid_from",)}  # fmt: skip
        for name, words in days_of.items():
            conn.register("rows", frames[name].to_arrow())
            columns = [
                f"({w} {_LOCAL})::date as from_day" if w == "valid_from" else f"({w}_at {_LOCAL})::date as {w}_day"
                for w in words
            ]
            frames[name] = conn.sql(f"select *, {', '.join(columns)} from rows").pl()
        for name in (name for name in TABLES[4:] if frames[name].width):
            conn.register("rows", frames[name].to_arrow())
            frames[name] = conn.sql(f"select *, (rows.at {_LOCAL})::date as day from rows").pl()
        for short, name in (("tickets", "fct_tickets"), ("periods", "fct_status_periods"),
                            ("assignments", "fct_assignments"), ("clocks", "fct_sla_clocks")):  # fmt: skip
            conn.register(short, frames[name].to_arrow())
        frames["dim_dates"] = conn.sql(_DAYS, params={"now": now}).pl()
        conn.register("days", frames["dim_dates"].to_arrow())
        frames["fct_backlog_daily"] = conn.sql(_BACKLOG, params={"now": now}).pl()
        frames["fct_sla_daily"] = conn.sql(_SLA).pl()
        frames["fct_agent_daily"] = conn.sql(_AGENTS).pl()
    return publish(root, frames, now, without)


def publish(root: Path, frames: dict[str, pl.DataFrame], now: datetime, without: Collection[str]) -> str:
    """Write the tables (empty where there is no frame), then `_meta` and `data_health`."""
    meta: list[dict[str, Any]] = []
    for mart in contracts():
        if mart.name in without:
            continue
        frame = frames.get(mart.name, pl.DataFrame())
        if mart.day and frame.height:
            frame = frame.with_columns(pl.col(mart.day).dt.strftime("%Y-%m").alias(MONTH))
        made = pl.DataFrame(
            [
                frame[c].cast(kind).alias(c) if c in frame.columns else pl.Series(c, [None] * frame.height, dtype=kind)
                for c, kind in mart.schema.items()
            ]
        )
        version = write_all(
            path_of(str(root), mart.name), mart.schema, iter([made]), is_partitioned=mart.day is not None
        )
        meta.append({"name": mart.name, "version": version, "row_count": made.height})
    published = pl.DataFrame(meta).with_columns(
        data_batch=pl.lit(1), data_tx=pl.lit(1), data_id=pl.lit(1), newest_event_at=pl.lit(now), time_zone=pl.lit(ZONE),
        built_at=pl.lit(now + timedelta(minutes=2)),
    )  # fmt: skip
    health = pl.DataFrame(
        [
            {"name": name, "level": level, "is_blocking": blocking, "checked": 4000, "failed": int(level != "ok"),
             "detail": detail, "checked_at": now + timedelta(minutes=2)}
            for name, (level, blocking, detail) in CHECKS.items()
        ]
    )  # fmt: skip
    for name, schema, rows in ((META, META_SCHEMA, published), (HEALTH, HEALTH_SCHEMA, health)):
        made = rows.select([pl.col(c).cast(kind) for c, kind in schema.items()])
        write_all(path_of(str(root), name), schema, iter([made]), is_partitioned=False)
    return str(root)


def dimensions(now: datetime) -> dict[str, pl.DataFrame]:
    always = {"version": 1, "is_active": True, "valid_from": now - timedelta(days=400), "is_current": True}
    return {
        "dim_teams": pl.DataFrame([{"team_id": key, "name": name, **always} for key, name in TEAMS.items()]),
        "dim_agents": pl.DataFrame(
            [
                {"agent_id": n + 1, "name": name, "role": "agent", "capacity": 20, "team_ids": [n % 4 + 1],
                 "lead_team_ids": [n % 4 + 1] if n < 4 else [], **always}
                for n, name in enumerate(AGENTS)
            ],
            schema_overrides={"lead_team_ids": pl.List(pl.Int64)},
        ),
        "dim_categories": pl.DataFrame(
            [
                {"category_id": key, "name": name, "parent_id": parent, "team_id": team,
                 "path": f"{CATEGORIES[parent][0]} / {name}" if parent else name}
                for key, (name, parent, team) in CATEGORIES.items()
            ]
        ),
        "dim_customers": pl.DataFrame(
            [{"customer_id": 1000 + n, "organisation_id": 1 if n < 20 else None} for n in range(97)], infer_schema_length=None
        ),
        "dim_organisations": pl.DataFrame([{"organisation_id": 1, "name": "Harbour Foods", "is_active": True}]),
        "dim_root_causes": pl.DataFrame(
            [{"root_cause_id": key, "name": name, "path": name, "is_active": True} for key, name in ((1, "Price list"), (2, "Firmware"))]
        ),
        "dim_calendars": pl.DataFrame(
            [{"calendar_version_id": 7, "calendar_id": 3, "version": 1, "name": "Office", "valid_from": always["valid_from"],
              "time_zone": ZONE, "weekly_hours": OFFICE, "holidays": '[{"on": "2026-10-03", "name": "Unity"}]'}]
        ),
        "dim_sla_policies": pl.DataFrame(
            [
                {"policy_version_id": n, "policy_id": n, "name": priority.capitalize(), "conditions": "{}", **always,
                 "first_response_seconds": first * 3600, "resolution_seconds": whole * 3600, "pauses_on": '{"resolution": ["pending"]}'}
                for n, (priority, (first, whole)) in enumerate(PROMISES.items(), 1)
            ]
        ),
        "dim_skills": pl.DataFrame([{"skill_id": 1, "name": "Networks"}]),
    }  # fmt: skip
