"""Satisfaction: are customers content? Ratings by the day they were first given, with the interval chance leaves open."""

from math import sqrt

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.filters import Filters
from dashboards.layout import (
    Metric,
    View,
    figure,
    footer,
    instant_column,
    metrics,
    nothing,
    section,
    table,
    ticket_column,
    ticket_links,
)
from dashboards.words import count, length, name_of, share

TITLE = "Satisfaction"
QUESTION = "Are customers content with how we handled their complaint?"
_Z = 1.96
"""For 95 of 100 intervals."""

RATED = """
select t.number, r.score, r.is_satisfied, r.first_rated_at, date_trunc('week', r.day)::date as week, t.priority,
       coalesce(team.name, 'No team') as team, coalesce(agent.name, 'Nobody') as agent,
       coalesce(category.path, 'None') as category, t.resolution_seconds_calendar, t.reopens,
       case when t.reopens > 0 then 'Reopened' when t.is_sla_breached then 'A promise was broken' else 'All promises kept' end as handling
from fct_csat r
join fct_tickets t on t.ticket_id = r.ticket_id
left join dim_teams team on team.team_id = t.team_id and team.is_current
left join dim_agents agent on agent.agent_id = t.assigned_agent_id and agent.is_current
left join dim_categories category on category.category_id = t.category_id
where r.day between $since and $until and {where}
order by r.score, r.first_rated_at desc, t.ticket_id
"""

ANSWERED = """
select count(*)::bigint as resolved, count_if(t.csat_score is not null)::bigint as rated
from fct_tickets t where t.resolved_day between $since and $until and {where}
"""


def interval(satisfied: int, total: int) -> tuple[float, float]:
    """Where a share may truly lie, 0 to 1 (Wilson, 1927)."""
    if not total:
        return 0.0, 1.0
    part, square = satisfied / total, _Z * _Z
    middle = part + square / (2 * total)
    width = _Z * sqrt(part * (1 - part) / total + square / (4 * total * total))
    return max(0.0, (middle - width) / (1 + square / total)), min(1.0, (middle + width) / (1 + square / total))


def rated(view: View, filters: Filters | None = None) -> pl.DataFrame:
    """One row per rated ticket, the worst score first."""
    chosen = filters or view.filters
    return view.ask(RATED.format(where=chosen.where("t")), chosen)


def content(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Ratings, how many were content, their share and its interval, by a column."""
    found = rows.group_by(by).agg(
        pl.len().alias("ratings"), pl.col("is_satisfied").sum().alias("satisfied"), pl.col("score").mean()
    )
    bounds = [interval(row["satisfied"], row["ratings"]) for row in found.to_dicts()]
    return found.with_columns(
        share=pl.col("satisfied") / pl.col("ratings"),
        low=pl.Series([low for low, _ in bounds], dtype=pl.Float64),
        high=pl.Series([high for _, high in bounds], dtype=pl.Float64),
    )


def show(view: View) -> None:
    rows = rated(view)
    if rows.is_empty():
        nothing("rating")
    else:
        _numbers(view, rows)
        _weeks(view, rows)
        _groups(view, rows)
        _list(view, rows)
    footer(
        view,
        ["fct_csat", "fct_tickets"],
        "content: 4 or 5 of 5; ratings by the day they were first given, team and agent as they are now; intervals: Wilson, 95 %",
    )


def _numbers(view: View, rows: pl.DataFrame) -> None:
    chosen = view.filters
    then = rated(view, chosen.before)
    answered = view.ask(ANSWERED.format(where=chosen.where("t"))).row(0, named=True)
    part, earlier = rows["is_satisfied"].mean(), then["is_satisfied"].mean()
    low, high = interval(int(rows["is_satisfied"].sum()), len(rows))
    change = None if part is None or earlier is None else f"{(float(part) - float(earlier)) * 100:+.0f} pts"
    metrics(
        [
            Metric(label="Content", value=share(float(part or 0), 0), change=change, is_good=True),
            Metric(label="May truly be", value=f"{low:.0%} to {high:.0%}", help="In 95 of 100 such periods the true share lies in the interval."),
            Metric(label="Mean score", value=f"{rows['score'].mean():.2f} of 5"),
            Metric(label="Ratings", value=count(len(rows)), change=f"{len(rows) - len(then):+,}", is_good=True),
            Metric(label="Of resolved, rated", value=share(answered["rated"] / answered["resolved"] if answered["resolved"] else None, 0)),
        ],
        chosen.compared,
        is_comparable=chosen.is_comparable,
    )  # fmt: skip


def _weeks(view: View, rows: pl.DataFrame) -> None:
    weeks = content(rows, "week").sort("week")
    if len(weeks) < 2:
        return
    worst = weeks.sort("share", "ratings", descending=[False, True]).row(0, named=True)
    reading = (
        f"The week of {worst['week']:%-d %b} was the lowest: {share(worst['share'], 0)} of {count(worst['ratings'])} were content. "
        ":gray[The band is where the true share may lie; few ratings make it wide.]"
    )
    section("Content, week by week", reading)
    figure(
        charts.band(weeks, x="week", y="share", low="low", high="high", name="Content", ink=view.ink), "weeks", reading
    )


def _groups(view: View, rows: pl.DataFrame) -> None:
    handling = content(rows, "handling").sort("share", descending=True)
    best, worst = handling.row(0, named=True), handling.row(-1, named=True)
    reading = (
        f"**{best['handling']}**: {share(best['share'], 0)} content; **{worst['handling'].lower()}**: {share(worst['share'], 0)}."
        if len(handling) > 1
        else ""
    )
    section("What goes with it", reading)
    _dots(view, handling, "handling", reading)
    for title, by in (("By team", "team"), ("By category", "category")):
        found = content(rows, by).sort("ratings", descending=True).head(10).sort("share")
        section(title)
        _dots(
            view, found, by, f"{title}: " + ", ".join(f"{row[by]} {share(row['share'], 0)}" for row in found.to_dicts())
        )


def _dots(view: View, found: pl.DataFrame, by: str, reading: str) -> None:
    words = [f"<b>{row['share']:.0%}</b> of {count(row['ratings'])}" for row in found.to_dicts()]
    figure(
        charts.intervals(found, label=by, value="share", low="low", high="high", text=words, ink=view.ink),
        f"by_{by}",
        reading,
    )


def _list(view: View, rows: pl.DataFrame) -> None:
    section("Rating by rating", "The worst first. Each number opens the ticket, where the customer's words are.")
    shown = ticket_links(view, rows).with_columns(
        pl.col("priority").map_elements(name_of, return_dtype=pl.String),
        pl.col("resolution_seconds_calendar").map_elements(length, return_dtype=pl.String).alias("took"),
    )
    columns = {
        "link": ticket_column(), "score": st.column_config.NumberColumn("Score", format="%d of 5"),
        "first_rated_at": instant_column("Rated"), "handling": "Handling", "took": "Resolved in", "team": "Team", "agent": "Agent",
        "category": "Category", "priority": "Priority",
    }  # fmt: skip
    table(shown, "satisfaction", columns, view.filters, hidden=["number", "resolution_seconds_calendar"])
