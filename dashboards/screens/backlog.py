"""Backlog: what waits, for whom, how old? The tickets that are open now, and how many there were on each day."""

from datetime import timedelta

import polars as pl
import streamlit as st

from dashboards import charts, live, theme
from dashboards.filters import Filters
from dashboards.layout import (
    UNCHANGED,
    Metric,
    View,
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
from dashboards.words import count, name_of

TITLE = "Backlog"
QUESTION = "What waits, for whom, and how old is it?"
TREND_DAYS = 90
BANDS = ("0-1d", "1-3d", "3-7d", "7-14d", "14-30d", "30d+")
OLD = ("14-30d", "30d+")
TEAMS = 12
"""The chart shows the teams with the most."""

WAITING = """
select t.number, t.status, t.priority, coalesce(team.name, 'No team') as team, coalesce(agent.name, 'Nobody') as agent,
       coalesce(category.path, 'None') as category, t.source, t.created_at, t.is_sla_breached,
       $until - t.created_day as age_days,
       case when age_days < 1 then '0-1d' when age_days < 3 then '1-3d' when age_days < 7 then '3-7d'
            when age_days < 14 then '7-14d' when age_days < 30 then '14-30d' else '30d+' end as age_band
from fct_tickets t
left join dim_teams team on team.team_id = t.team_id and team.is_current
left join dim_agents agent on agent.agent_id = t.assigned_agent_id and agent.is_current
left join dim_categories category on category.category_id = t.category_id
where t.is_open and {where}
order by t.created_at, t.ticket_id
"""

TREND = """
select b.day, b.status, b.priority, b.age_band, sum(b.tickets)::bigint as tickets
from fct_backlog_daily b where b.day between $first and $until and {where} group by all
"""


def waiting(view: View) -> pl.DataFrame:
    """One row per open ticket, the oldest first."""
    return view.ask(WAITING.format(where=view.filters.where("t")))


def trend(view: View) -> pl.DataFrame:
    """Open tickets by day, status, priority and age band, from TREND_DAYS or the whole period before today."""
    chosen = view.filters
    first = min(chosen.since - timedelta(days=1), chosen.today - timedelta(days=TREND_DAYS))
    return view.ask(TREND.format(where=chosen.where("b", category=False, source=False)), first=first)


def show(view: View) -> None:
    now, days = waiting(view), trend(view)
    if now.is_empty() and days.is_empty():
        nothing("open ticket")
    else:
        _numbers(now, days, view.filters)
        _live(view, now)
        _trend(view, days)
        if now.is_empty():
            nothing("open ticket")
        else:
            _groups(view, now)
            _oldest(view, now)
    footer(
        view, ["fct_tickets", "fct_backlog_daily"], "open: neither resolved nor closed; age: local days since creation"
    )


def _numbers(now: pl.DataFrame, days: pl.DataFrame, chosen: Filters) -> None:
    day = chosen.since - timedelta(days=1)
    is_known = chosen.first is None or chosen.first <= day
    then = None if chosen.is_by_ticket or not is_known else days.filter(pl.col("day") == day)

    def metric(label: str, column: str, values: tuple[str, ...], help: str | None = None) -> Metric:
        count_now = now.filter(pl.col(column).is_in(values)).height
        moved = None if then is None else count_now - int(then.filter(pl.col(column).is_in(values))["tickets"].sum())
        return Metric(label=label, value=count(count_now), change=_signed(moved), is_good=False, help=help)

    metrics(
        [
            metric("Open tickets", "status", theme.STATUSES),
            metric("Not yet assigned", "status", ("open",), "No agent has the ticket."),
            metric("Critical or high", "priority", ("critical", "high")),
            metric("14 days or older", "age_band", OLD),
            Metric(
                label="With a broken promise",
                value=count(now.filter("is_sla_breached").height),
                help="Open tickets that missed a target already.",
            ),
        ],
        "As of the newest event."
        if then is None
        else f"As of the newest event; changes since the end of {day:%-d %b %Y}.",
    )


def _live(view: View, now: pl.DataFrame) -> None:
    """What waits at this moment; left out where the product does not count what is chosen."""
    chosen = view.filters
    found = None if chosen.priorities or chosen.is_by_ticket else live.open_now(view.product)
    if found:
        teams = chosen.teams or (None if view.viewer.sees_all else view.viewer.team_ids)
        waits = found.total if teams is None else found.of(teams)
        until = view.lake.newest_event_at or view.lake.built_at
        say(live.beside(live.tickets(waits), found.as_of, count(len(now)), until))


def _trend(view: View, days: pl.DataFrame) -> None:
    by_status = days.group_by("day", "status").agg(pl.col("tickets").sum()).sort("day")
    totals = by_status.group_by("day").agg(pl.col("tickets").sum()).sort("day")
    if view.filters.is_by_ticket or totals.is_empty():
        section(
            "Open tickets, day by day",
            ":gray[The daily record keeps no category and no channel: take those off to see it.]",
        )
        return
    peak = totals.sort("tickets", descending=True).row(0, named=True)
    first, last = totals.row(0, named=True), totals.row(-1, named=True)
    reading = (
        f"**{count(last['tickets'])}** tickets wait; there were {count(first['tickets'])} on {first['day']:%-d %b} and, "
        f"at the most, {count(peak['tickets'])} on {peak['day']:%-d %b}."
    )
    section("Open tickets, day by day", reading)
    colours = {status: theme.of_status(view.ink, status) for status in theme.STATUSES}
    figure(
        charts.areas(by_status, x="day", y="tickets", kind="status", colours=colours, names=name_of, ink=view.ink),
        "trend",
        reading,
    )


def _groups(view: View, now: pl.DataFrame) -> None:
    def counts(column: str, order: tuple[str, ...] | None = None) -> pl.DataFrame:
        found = now.group_by(column).agg(pl.len().alias("tickets"))
        if order is None:
            return found.sort(["tickets", column], descending=[True, False])
        return pl.DataFrame({column: order}).join(found, on=column, how="left").fill_null(0)

    ink = view.ink
    status, priority = counts("status", theme.STATUSES), counts("priority", theme.PRIORITIES)
    groups = [
        ("By status", status, "status", [theme.of_status(ink, s) for s in status["status"]]),
        ("By priority", priority, "priority", [theme.of_priority(ink, p) for p in priority["priority"]]),
        ("By team", counts("team").head(TEAMS), "team", None),
        ("By age", counts("age_band", BANDS), "age_band", None),
    ]
    for left in (0, 2):
        for column, (title, frame, label, colours) in zip(
            st.columns(2, gap="large"), groups[left : left + 2], strict=True
        ):
            with column:
                section(title)
                named = (
                    frame.with_columns(pl.col(label).map_elements(_label, return_dtype=pl.String))
                    if label != "team"
                    else frame
                )
                chart = charts.bars(named, label=label, value="tickets", ink=ink, colours=colours)
                figure(chart, label, f"{title}: " + ", ".join(f"{a} {b}" for a, b in named.rows()))


def _oldest(view: View, now: pl.DataFrame) -> None:
    section("The oldest", "Each number opens the ticket in the web app.")
    rows = ticket_links(view, now).with_columns(
        pl.col("status", "priority", "source").map_elements(name_of, return_dtype=pl.String),
    )
    columns = {
        "link": ticket_column(),
        "age_days": st.column_config.NumberColumn("Age", format="%d d"),
        "status": "Status", "priority": "Priority", "team": "Team", "agent": "Agent", "category": "Category", "source": "Channel",
        "created_at": instant_column("Opened"),
    }  # fmt: skip
    table(rows, "backlog", columns, view.filters, hidden=["number", "is_sla_breached"])


def _label(value: str) -> str:
    return (
        f"{value.removesuffix('d').replace('-', ' to ')} days"
        if value in BANDS[:-1]
        else "30 days or more"
        if value == BANDS[-1]
        else name_of(value)
    )


def _signed(moved: int | None) -> str | None:
    return None if moved is None else UNCHANGED if moved == 0 else f"{moved:+,}"
