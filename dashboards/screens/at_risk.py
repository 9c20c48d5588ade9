"""At risk: what breaks next, and who can save it? The clocks that run, by the time they have left as of the data."""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboards import charts, live
from dashboards.layout import (
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
from dashboards.words import count, instant, length, name_of

TITLE = "At risk"
QUESTION = "Which promise breaks next, and who can save it?"
BANDS = {
    "Within the hour": 1,
    "1 to 4 hours": 4,
    "4 to 8 hours": 8,
    "8 to 24 hours": 24,
    "1 to 3 days": 72,
    "Later": None,
}
"""Name → hours left, below."""
SOON = 24
"""Hours in which a clock asks for somebody."""
NOBODY = "Nobody yet"

RUNNING = """
select t.number, c.target, c.priority, t.status, coalesce(team.name, 'No team yet') as team,
       coalesce(agent.name, case when t.assigned_agent_id is null then 'Nobody yet' else 'Agent ' || t.assigned_agent_id end) as agent,
       coalesce(category.path, 'None') as category, c.due_at, c.target_seconds,
       epoch(c.due_at) - epoch($at::timestamptz) as left_seconds
from fct_sla_clocks c
join fct_tickets t on t.ticket_id = c.ticket_id
left join dim_teams team on team.team_id = t.team_id and team.is_current
left join dim_agents agent on agent.agent_id = t.assigned_agent_id and agent.is_current
left join dim_categories category on category.category_id = c.category_id
where c.state = 'open' and c.due_at is not null and c.target not like 'escalation%' and {where}
order by c.due_at, c.ticket_id, c.target
"""


def as_of(view: View) -> datetime:
    """The instant the time left is counted from."""
    return view.lake.newest_event_at or view.lake.built_at


def running(view: View) -> pl.DataFrame:
    """One row per clock that runs, the next one due first; `band` is one of BANDS, times are seconds."""
    rows = view.ask(RUNNING.format(where=view.filters.where("c")), at=as_of(view))
    band = pl.lit("Later")
    for name, hours in reversed(BANDS.items()):
        band = (
            band if hours is None else pl.when(pl.col("left_seconds") < hours * 3600).then(pl.lit(name)).otherwise(band)
        )
    return rows.with_columns(band=band)


def show(view: View) -> None:
    rows = running(view)
    if rows.is_empty():
        nothing("running clock")
    else:
        soon = rows.filter(pl.col("left_seconds") < SOON * 3600)
        _numbers(view, rows, soon)
        _live(view)
        _when(view, rows)
        _who(view, soon)
        _list(view, rows)
    footer(
        view,
        ["fct_sla_clocks", "fct_tickets"],
        "running clocks of promises to customers, without escalation steps; paused clocks have no deadline and are left out",
    )


def _numbers(view: View, rows: pl.DataFrame, soon: pl.DataFrame) -> None:
    used = 1 - pl.col("left_seconds") / pl.col("target_seconds")
    metrics(
        [
            Metric(label="Next to break", value=length(max(rows["left_seconds"][0], 0)), help="Time left of the clock that is due first."),
            Metric(label="Due within the hour", value=count(rows.filter(pl.col("left_seconds") < 3600).height)),
            Metric(label="Due within a day", value=count(soon.height)),
            Metric(label="Of those, nobody's", value=count(soon.filter(pl.col("agent") == NOBODY).height), help="No agent has the ticket."),
            Metric(label="Four fifths used up", value=count(rows.filter(used >= 0.8).height), help="On the calendar, of the promised time."),
        ],
        f"Time left as of {instant(as_of(view))}. The period above does not apply: this is now.",
    )  # fmt: skip


def _live(view: View) -> None:
    """How many promises are broken or near it at this moment, in all that the viewer may see in the product."""
    found = live.risk_now(view.product)
    if found:
        known = view.ask("select count(*)::bigint as n from fct_tickets where is_open and is_sla_breached")["n"][0]
        words = (
            f"{live.tickets(found.breached)} with a broken promise, {count(found.at_risk)} near one, of all you may see"
        )
        say(live.beside(words, found.as_of, f"{count(known)} with a broken one", as_of(view)))


def _when(view: View, rows: pl.DataFrame) -> None:
    found = (
        pl.DataFrame({"band": list(BANDS)})
        .join(rows.group_by("band").len("clocks"), on="band", how="left")
        .fill_null(0)
    )
    first = rows.row(0, named=True)
    reading = (
        f"First comes the {name_of(first['target']).lower()} of **{first['number']}** ({name_of(first['priority']).lower()}), "
        f"in {length(max(first['left_seconds'], 0))}: {first['agent']} has it, {first['team']}."
    )
    section("When promises break", reading)
    urgent = [view.ink["danger"] if (hours or SOON) <= 4 else view.ink["accent"] for hours in BANDS.values()]
    figure(charts.bars(found, label="band", value="clocks", ink=view.ink, colours=urgent), "when", reading)


def _who(view: View, soon: pl.DataFrame) -> None:
    if soon.is_empty():
        section("Who can save them", f"No clock is due within {SOON} hours.")
        return
    by = soon.group_by("agent").agg(pl.len().alias("clocks"), pl.col("left_seconds").min())
    by = by.sort([pl.col("agent") != NOBODY, -pl.col("clocks").cast(pl.Int64), "agent"]).head(15)
    most = by.sort("clocks", descending=True).row(0, named=True)
    reading = f"**{most['agent']}**: {count(most['clocks'])} of the {count(len(soon))} clocks due within {SOON} hours, the first in {length(max(most['left_seconds'], 0))}."
    section("Who can save them", reading)
    colours = [view.ink["danger"] if agent == NOBODY else view.ink["accent"] for agent in by["agent"]]
    figure(charts.bars(by, label="agent", value="clocks", ink=view.ink, colours=colours), "who", reading)


def _list(view: View, rows: pl.DataFrame) -> None:
    section("Clock by clock", "The next to break first. Each number opens the ticket.")
    shown = ticket_links(view, rows).with_columns(
        pl.col("target", "priority", "status").map_elements(name_of, return_dtype=pl.String),
        (pl.col("left_seconds") / 3600).round(2).alias("left"),
        (1 - pl.col("left_seconds") / pl.col("target_seconds")).clip(0, 1).round(2).alias("used"),
    )
    columns = {
        "link": ticket_column(), "left": st.column_config.NumberColumn("Left", format="%.1f h"),
        "used": st.column_config.ProgressColumn("Used up", format="percent", min_value=0, max_value=1),
        "target": "Promise", "priority": "Priority", "agent": "Agent", "team": "Team", "due_at": instant_column("Due"), "status": "Status",
        "category": "Category",
    }  # fmt: skip
    table(shown, "at-risk", columns, view.filters, hidden=["number"])
