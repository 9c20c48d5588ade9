"""Time logged: what went our time into, and what of it can be billed? Entries by the day they were written down."""

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

TITLE = "Time logged"
QUESTION = "What did our time go into, and what of it can be billed?"
GROUPS = {"agent": "By agent", "category": "By category", "team": "By team", "customer": "By customer"}

ENTRIES = """
select t.number, e.ticket_id, e.logged_at, e.day, e.duration_seconds / 3600.0 as hours, e.is_billable, t.priority,
       coalesce(agent.name, 'Agent ' || e.agent_id) as agent, coalesce(team.name, 'No team') as team,
       coalesce(category.path, 'No category') as category, coalesce('Customer ' || t.customer_id, 'No customer') as customer
from fct_time_entries e
join fct_tickets t on t.ticket_id = e.ticket_id
left join dim_agents agent on agent.agent_id = e.agent_id and agent.is_current
left join dim_teams team on team.team_id = t.team_id and team.is_current
left join dim_categories category on category.category_id = t.category_id
where e.day between $since and $until and {where}
order by e.logged_at desc, e.time_entry_id
"""


def entries(view: View, filters: Filters | None = None) -> pl.DataFrame:
    """One row per time entry that stands, the newest first."""
    chosen = filters or view.filters
    return view.ask(ENTRIES.format(where=chosen.where("t")), chosen)


def billed(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Hours, billable hours, tickets and entries by these columns, the most hours first."""
    found = rows.group_by(by).agg(
        pl.col("hours").sum(),
        pl.col("hours").filter("is_billable").sum().alias("billable"),
        pl.col("ticket_id").n_unique().alias("tickets"),
        pl.len().alias("entries"),
    )
    return found.with_columns(part=pl.col("billable") / pl.col("hours")).sort(
        ["hours", *by], descending=[True, *(False for _ in by)]
    )


def show(view: View) -> None:
    rows = entries(view)
    if rows.is_empty():
        nothing("logged time")
    else:
        _numbers(view, rows)
        _weeks(view, rows)
        _groups(view, rows)
        _list(view, rows)
    footer(
        view,
        ["fct_time_entries", "fct_tickets"],
        "entries that stand, as corrected last, by the day they were written down; team, category and customer of the ticket",
    )


def _numbers(view: View, rows: pl.DataFrame) -> None:
    then = entries(view, view.filters.before)
    hours, earlier = float(rows["hours"].sum()), float(then["hours"].sum())
    billable, before = (float(frame.filter("is_billable")["hours"].sum()) for frame in (rows, then))
    each = rows.group_by("ticket_id").agg(pl.col("hours").sum())["hours"].median()
    metrics(
        [
            Metric(label="Hours", value=f"{hours:,.1f}", change=f"{hours - earlier:+,.1f}"),
            Metric(label="Billable hours", value=f"{billable:,.1f}", change=f"{billable - before:+,.1f}", is_good=True),
            Metric(label="Billable", value=share(billable / hours, 0),
                   change=f"{(billable / hours - before / earlier) * 100:+.0f} pts" if earlier else None, is_good=True),
            Metric(label="Tickets with time", value=count(rows["ticket_id"].n_unique())),
            Metric(label="Per ticket (median)", value=length(float(each or 0) * 3600)),
        ],
        view.filters.compared,
        is_comparable=view.filters.is_comparable,
    )  # fmt: skip


def _weeks(view: View, rows: pl.DataFrame) -> None:
    weeks = rows.with_columns(
        week=pl.col("day").dt.truncate("1w"),
        kind=pl.when("is_billable").then(pl.lit("billable")).otherwise(pl.lit("other")),
    )
    summed = weeks.group_by("week", "kind").agg(pl.col("hours").sum()).sort("week")
    totals = summed.group_by("week").agg(pl.col("hours").sum()).sort("hours", descending=True)
    if len(totals) < 2:
        return
    most = totals.row(0, named=True)
    reading = f"The week of {most['week']:%-d %b} took the most: **{most['hours']:,.0f} hours**."
    section("Week by week", reading)
    colours = {"billable": view.ink["accent"], "other": view.ink["edge"]}
    names = {"billable": "Billable", "other": "Not billable"}
    figure(
        charts.areas(summed, x="week", y="hours", kind="kind", colours=colours, names=names.__getitem__, ink=view.ink),
        "weeks",
        reading,
    )


def _groups(view: View, rows: pl.DataFrame) -> None:
    section("Where it went")
    by = choose(view, "Group by", GROUPS, "time_by")
    found = billed(rows, by)
    first = found.row(0, named=True)
    reading = (
        f"**{first[by]}** took {first['hours']:,.1f} hours over {count(first['tickets'])} tickets, "
        f"{share(first['part'], 0)} of it billable. :gray[Beside each: what can be billed.]"
    )
    say(reading)
    top = found.head(12)
    chart = charts.bars(top, label=by, value="hours", ink=view.ink)
    words = [f"<b>{row['hours']:,.1f} h</b>   {share(row['part'], 0)}" for row in top.to_dicts()]
    figure(chart.update_traces(text=words), f"by_{by}", reading)
    columns = {
        by: GROUPS[by].removeprefix("By ").capitalize(), "hours": st.column_config.NumberColumn("Hours", format="%.1f"),
        "billable": st.column_config.NumberColumn("Billable", format="%.1f"), "part": st.column_config.NumberColumn("Billable share", format="percent"),
        "tickets": "Tickets", "entries": "Entries",
    }  # fmt: skip
    table(
        found.with_columns(pl.col("hours", "billable").round(2), pl.col("part").round(3)),
        f"time-by-{by}",
        columns,
        view.filters,
    )


def _list(view: View, rows: pl.DataFrame) -> None:
    section("Entry by entry", "The newest first. Each number opens the ticket.")
    shown = ticket_links(view, rows).with_columns(
        pl.col("priority").map_elements(name_of, return_dtype=pl.String), pl.col("hours").round(2)
    )
    columns = {
        "link": ticket_column(), "logged_at": instant_column("Logged"), "hours": st.column_config.NumberColumn("Hours", format="%.2f"),
        "is_billable": "Billable", "agent": "Agent", "team": "Team", "category": "Category", "customer": "Customer", "priority": "Priority",
    }  # fmt: skip
    table(shown, "time-entries", columns, view.filters, hidden=["number"])
