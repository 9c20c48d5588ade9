"""Breaches: why did we not? The time of each broken promise, from the start of its clock to the breach, taken apart."""

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.filters import Filters
from dashboards.layout import (
    Metric,
    View,
    choose,
    figure,
    footer,
    instant_column,
    metrics,
    nothing,
    say,
    section,
    table,
    ticket_column,
    ticket_links,
)
from dashboards.words import count, length, name_of, share

TITLE = "Breaches"
QUESTION = "Why did we not keep a promise, and where did the time go?"

PARTS = {
    "unassigned": "No team yet",
    "in_queue": "In a team's queue",
    "with_agent": "With an agent",
    "pending": "Waiting for the customer",
}
"""Where a ticket can be while a clock runs. Resolved time before a reopen counts as waiting for the customer."""

INKS = {"unassigned": "escalated-ink", "in_queue": "note-edge", "with_agent": "accent", "pending": "edge"}

BROKEN = """
with broken as (
    select * from fct_sla_clocks c where c.state = 'breached' and c.target not like 'escalation%' and {where}
), pieces as (
    select b.ticket_id, b.target, b.cycle,
           case when s.status in ('pending', 'resolved', 'closed') then 'pending' when a.agent_id is not null then 'with_agent'
                when a.team_id is not null then 'in_queue' else 'unassigned' end as part,
           greatest(a.valid_from, s.valid_from, b.started_at) as piece_from,
           least(coalesce(a.valid_to, b.breached_at), coalesce(s.valid_to, b.breached_at), b.breached_at) as piece_to
    from broken b join fct_assignments a on a.ticket_id = b.ticket_id join fct_status_periods s on s.ticket_id = b.ticket_id
), parts as (
    select ticket_id, target, cycle,
           coalesce(sum(epoch(piece_to) - epoch(piece_from)) filter (where part = 'unassigned'), 0) as unassigned,
           coalesce(sum(epoch(piece_to) - epoch(piece_from)) filter (where part = 'in_queue'), 0) as in_queue,
           coalesce(sum(epoch(piece_to) - epoch(piece_from)) filter (where part = 'with_agent'), 0) as with_agent,
           coalesce(sum(epoch(piece_to) - epoch(piece_from)) filter (where part = 'pending'), 0) as pending
    from pieces where piece_from < piece_to group by all
)
select b.ticket_id, t.number, b.target, b.cycle, b.priority, coalesce(team.name, 'No team yet') as team,
       coalesce(agent.name, 'Nobody') as agent, coalesce(category.path, 'None') as category, b.started_at, b.breached_at,
       b.met_at, b.target_seconds, b.overdue_seconds_calendar,
       coalesce(p.unassigned, 0) as unassigned, coalesce(p.in_queue, 0) as in_queue,
       coalesce(p.with_agent, 0) as with_agent, coalesce(p.pending, 0) as pending
from broken b
left join parts p on p.ticket_id = b.ticket_id and p.target = b.target and p.cycle = b.cycle
left join fct_tickets t on t.ticket_id = b.ticket_id
left join dim_teams team on team.team_id = coalesce(b.breached_team_id, b.team_id) and team.is_current
left join dim_agents agent on agent.agent_id = b.breached_agent_id and agent.is_current
left join dim_categories category on category.category_id = b.category_id
order by b.breached_at desc, b.ticket_id, b.target, b.cycle
"""


def broken(view: View, filters: Filters | None = None) -> pl.DataFrame:
    """One row per broken promise, newest first; the columns of PARTS are seconds and add up to start → breach."""
    chosen = filters or view.filters
    return view.ask(BROKEN.format(where=chosen.where("c", day="due_day")), chosen)


def show(view: View) -> None:
    rows = broken(view)
    if rows.is_empty():
        nothing("broken promise")
    else:
        _numbers(rows, broken(view, view.filters.before), view.filters)
        _parts(view, rows)
        _pareto(view, rows)
        _list(view, rows)
    footer(
        view,
        ["fct_sla_clocks", "fct_assignments", "fct_status_periods"],
        "breaches by the day they were due; time is calendar time from the start of the clock to the breach",
    )


def unassigned_share(rows: pl.DataFrame) -> float | None:
    """Of all time before the breaches, the part in which no agent had the ticket: 0 to 1."""
    total: float = rows.select(pl.sum_horizontal(list(PARTS)).sum()).item()
    return rows.select((pl.col("unassigned") + pl.col("in_queue")).sum()).item() / total if total else None


def _numbers(rows: pl.DataFrame, then: pl.DataFrame, chosen: Filters) -> None:
    late, late_then = (frame.select(pl.col("overdue_seconds_calendar").median()).item() for frame in (rows, then))
    idle, idle_then = unassigned_share(rows), unassigned_share(then)
    moved = None if late is None or late_then is None else late - late_then
    metrics(
        [
            Metric(label="Promises broken", value=count(len(rows)), change=f"{len(rows) - len(then):+,}", is_good=False),
            Metric(label="Tickets with one", value=count(rows["ticket_id"].n_unique()),
                   change=f"{rows['ticket_id'].n_unique() - then['ticket_id'].n_unique():+,}", is_good=False),
            Metric(label="Time without an agent", value=share(idle, 0), is_good=False,
                   change=None if idle is None or idle_then is None else f"{(idle - idle_then) * 100:+.0f} pts",
                   help="Part of the time up to the breach in which the ticket had no team or lay in a queue."),
            Metric(label="Late by (median)", value=length(late), is_good=False,
                   change=None if moved is None else f"{'-' if moved < 0 else '+'}{length(abs(moved))}",
                   help="From the breach to the answer or the resolution, of those that have it by now."),
            Metric(label="Still not done", value=count(rows["met_at"].null_count()), help="Broken, and the customer still waits."),
        ],
        chosen.compared,
        is_comparable=chosen.is_comparable,
    )  # fmt: skip


def _parts(view: View, rows: pl.DataFrame) -> None:
    by_target = (
        rows.group_by("target")
        .agg(pl.col(list(PARTS)).sum(), pl.len().alias("breaches"))
        .sort("breaches", descending=True)
    )
    total = pl.sum_horizontal(list(PARTS))
    cut = by_target.with_columns((pl.col(part) / total).alias(part) for part in PARTS).with_columns(
        pl.concat_str(
            pl.col("target").map_elements(name_of, return_dtype=pl.String), pl.lit(" · "), pl.col("breaches")
        ).alias("label")
    )
    first = cut.row(0, named=True)
    part = max(PARTS, key=lambda name: first[name])
    reading = (
        f"Of the time that ran out for {name_of(first['target']).lower()}, {share(first[part], 0)} passed "
        f"**{PARTS[part][0].lower()}{PARTS[part][1:]}**."
    )
    section("Where the time went", reading)
    colours = {name: view.ink[token] for name, token in INKS.items()}
    figure(charts.shares(cut, label="label", parts=colours, names=PARTS.__getitem__, ink=view.ink), "parts", reading)


def _pareto(view: View, rows: pl.DataFrame) -> None:
    section("What they have in common")
    by = choose(view, "Group by", {word: name_of(word) for word in ("category", "team", "priority")}, "pareto")
    counts = rows.group_by(by).agg(pl.len().alias("breaches")).sort(["breaches", by], descending=[True, False]).head(12)
    if by == "priority":
        counts = counts.with_columns(pl.col(by).map_elements(name_of, return_dtype=pl.String))
    first = counts.row(0, named=True)
    reading = f"**{first[by]}** leads with {count(first['breaches'])} of {count(len(rows))}. :gray[Beside each number: its share with those above; red up to four fifths.]"
    say(reading)
    figure(charts.pareto(counts, label=by, value="breaches", total=len(rows), ink=view.ink), f"pareto_{by}", reading)


def _list(view: View, rows: pl.DataFrame) -> None:
    section(
        "Each of them",
        "Hours from the start of the clock to the breach, by where the ticket was. Numbers open the ticket.",
    )
    shown = ticket_links(view, rows).with_columns(
        pl.col("target", "priority").map_elements(name_of, return_dtype=pl.String),
        *((pl.col(part) / 3600).round(2).alias(part) for part in PARTS),
        (pl.col("target_seconds") / 3600).alias("promised"),
        (pl.col("overdue_seconds_calendar") / 3600).round(2).alias("late"),
    )  # fmt: skip
    hours = {"promised": "Promised", "unassigned": "No team", "in_queue": "Queue", "with_agent": "Agent", "pending": "Customer",
             "late": "Late by"}  # fmt: skip
    columns = {
        "link": ticket_column(help="Empty: it is another team's now."), "breached_at": instant_column("Broke"),
        "target": "Promise", "priority": "Priority",
        **{name: st.column_config.NumberColumn(label, format="%.1f h", help=PARTS.get(name)) for name, label in hours.items()},
        "agent": "Whose", "team": "Team", "category": "Category",
    }  # fmt: skip
    table(shown, "breaches", columns, view.filters, hidden=["number", "cycle", "started_at", "met_at"])
