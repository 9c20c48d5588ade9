"""Productivity: who does how much, how fast, how well? Agents with few tickets are listed and not compared."""

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.filters import Filters
from dashboards.layout import UNCHANGED, Metric, View, figure, footer, metrics, nothing, section, table
from dashboards.words import count, length, share

TITLE = "Productivity"
QUESTION = "Who does how much, how fast, and how well?"
ENOUGH = 20
"""Resolved tickets from which an agent's figures are compared with others'."""

_RESOLVED = """
count(*) as resolved, median(t.resolution_seconds_calendar) as resolution_median,
quantile_cont(t.resolution_seconds_calendar, 0.9) as resolution_p90,
count_if(t.resolution_sla = 'met') / nullif(count_if(t.resolution_sla in ('met', 'breached')), 0) as compliance,
count_if(t.reopens > 0) / nullif(count(*), 0) as reopened
"""

_ANSWERED = """
count(*) as answered, median(t.first_response_seconds_calendar) as response_median,
quantile_cont(t.first_response_seconds_calendar, 0.9) as response_p90
"""

_FROM_RESOLVED = "from fct_tickets t where t.resolved_day between $since and $until and {where}"
_FROM_ANSWERED = """
from fct_tickets t where (t.first_response_at at time zone $zone)::date between $since and $until and {where}
"""

ALL = f"select * from (select {_RESOLVED} {_FROM_RESOLVED}), (select {_ANSWERED} {_FROM_ANSWERED})"

AGENTS = f"""
with resolved as (
    select t.assigned_agent_id as agent_id, {_RESOLVED} {_FROM_RESOLVED} and t.assigned_agent_id is not null group by all
), answered as (
    select t.first_response_by as agent_id, {_ANSWERED} {_FROM_ANSWERED} and t.first_response_by is not null group by all
), days as (
    select agent_id, sum(public_replies)::bigint as public_replies, sum(touches)::bigint as touches
    from fct_agent_daily where day between $since and $until group by all
)
select coalesce(agent.name, 'Agent ' || agent_id) as agent, coalesce(resolved, 0) as resolved, coalesce(answered, 0) as answered,
       response_median, response_p90, resolution_median, resolution_p90, compliance, reopened, public_replies, touches
from resolved full join answered using (agent_id) left join days using (agent_id)
left join dim_agents agent on agent.agent_id = coalesce(resolved.agent_id, answered.agent_id) and agent.is_current
order by agent
"""

COMPARED = ("response_median", "response_p90", "resolution_median", "resolution_p90", "compliance", "reopened")


def together(view: View, chosen: Filters) -> dict[str, float | None]:
    """All agents' figures of the period, in seconds and shares."""
    return view.ask(ALL.format(where=chosen.where("t")), chosen, zone=view.lake.time_zone).row(0, named=True)


def agents(view: View) -> pl.DataFrame:
    """One row per agent with volume, by volume; those below ENOUGH last, by name, without what would be compared."""
    rows = view.ask(AGENTS.format(where=view.filters.where("t")), zone=view.lake.time_zone)
    rows = rows.with_columns(is_enough=pl.col("resolved") >= ENOUGH)
    rows = rows.with_columns(pl.when("is_enough").then(pl.col(name)).alias(name) for name in COMPARED)
    volume = pl.when("is_enough").then(pl.col("resolved")).otherwise(0)
    return rows.sort(["is_enough", volume, "agent"], descending=[True, True, False])


def show(view: View) -> None:
    rows = agents(view)
    if rows.is_empty():
        nothing("resolved or answered ticket")
    else:
        _numbers(together(view, view.filters), together(view, view.filters.before), view.filters)
        _speed(view, rows)
        _list(view, rows)
    footer(
        view,
        ["fct_tickets", "fct_agent_daily"],
        "resolved by the day of the resolution, of who has the ticket now; responses by their day, of who wrote them; "
        "calendar time",
    )


def _numbers(now: dict[str, float | None], then: dict[str, float | None], chosen: Filters) -> None:

    def moved(name: str) -> float | None:
        a, b = now[name], then[name]
        return None if a is None or b is None else a - b

    def span(label: str, name: str) -> Metric:
        by = moved(name)
        change = None if by is None else UNCHANGED if abs(by) < 60 else f"{'-' if by < 0 else '+'}{length(abs(by))}"
        return Metric(label=label, value=length(now[name]), change=change, is_good=False)

    def part(label: str, name: str, *, is_good: bool) -> Metric:
        by = moved(name)
        change = None if by is None else f"{by * 100:+.1f} pts"
        return Metric(label=label, value=share(now[name]), change=change, is_good=is_good)

    metrics(
        [
            Metric(label="Resolved", value=count(now["resolved"]), change=f"{moved('resolved') or 0:+,.0f}", is_good=True),
            span("First response (median)", "response_median"),
            span("Resolution (median)", "resolution_median"),
            part("Resolved in time", "compliance", is_good=True),
            part("Reopened", "reopened", is_good=False),
        ],
        chosen.compared,
        is_comparable=chosen.is_comparable,
    )  # fmt: skip


def _speed(view: View, rows: pl.DataFrame) -> None:
    compared = rows.filter(pl.col("is_enough") & pl.col("resolution_median").is_not_null())
    few = len(rows) - len(compared)
    left_out = (
        f" :gray[{count(few)} with fewer than {ENOUGH} resolved tickets {'is' if few == 1 else 'are'} not compared.]"
        if few
        else ""
    )
    if compared.is_empty():
        section("How long a resolution takes", f"No agent resolved {ENOUGH} tickets in the period: too few to compare.")
        return
    quick = compared.sort("resolution_median").row(0, named=True)
    reading = (
        f"Half of **{quick['agent']}**'s tickets are resolved within {length(quick['resolution_median'])}, the shortest median; "
        f"volume stands beside each name.{left_out}"
    )
    section("How long a resolution takes", reading)
    named = compared.with_columns(pl.concat_str("agent", pl.lit(" · "), pl.col("resolved")).alias("label"))
    chart = charts.ranges(
        named, label="label", low="resolution_median", high="resolution_p90", text=length, ink=view.ink
    )
    figure(chart, "speed", reading)


def _list(view: View, rows: pl.DataFrame) -> None:
    chosen = view.filters
    section(
        "Agent by agent",
        f"Sorted by volume. Below {ENOUGH} resolved tickets an agent's times and shares are left empty.",
    )
    spans = {
        "response_median": "Response, median", "response_p90": "Response, 9 of 10", "resolution_median": "Resolution, median",
        "resolution_p90": "Resolution, 9 of 10",
    }  # fmt: skip
    shown = rows.with_columns(
        *((pl.col(name) / 3600).round(2).alias(name) for name in spans), pl.col("compliance", "reopened").round(3)
    )
    columns = {
        "agent": "Agent",
        "resolved": "Resolved",
        "answered": "First responses",
        **{name: st.column_config.NumberColumn(label, format="%.1f h") for name, label in spans.items()},
        "compliance": st.column_config.NumberColumn("In time", format="percent"),
        "reopened": st.column_config.NumberColumn("Reopened", format="percent"),
    }
    if not (chosen.is_by_ticket or chosen.priorities or chosen.teams):
        columns |= {"public_replies": "Replies", "touches": "Touches"}
    table(shown, "productivity", columns, chosen)
