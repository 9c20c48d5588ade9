"""What if: which policy could we keep? The complaints of the period, replayed under other promises."""

import polars as pl
import streamlit as st

from dashboards import charts, form, theme, what_if
from dashboards.layout import (
    UNCHANGED,
    Metric,
    View,
    figure,
    footer,
    instant_column,
    metrics,
    nothing,
    quiet,
    section,
    table,
    ticket_column,
    ticket_links,
)
from dashboards.weakest import weakest
from dashboards.what_if import Scenario
from dashboards.words import count, name_of, share

TITLE = "What if"
QUESTION = "Which policy could we have kept?"

FACTS = """
select f.ticket_id, f.event_id, f.happened_at, f.kind, f.status, f.is_by_staff, f.policy_version_id, f.calendar_version_id
from fct_sla_facts f
join fct_tickets t on t.ticket_id = f.ticket_id
where t.created_day between $since and $until and {where}
"""

TICKETS = """
select t.ticket_id, t.number, t.priority, coalesce(team.name, 'No team') as team, t.created_day
from fct_tickets t left join dim_teams team on team.team_id = t.team_id and team.is_current
where t.created_day between $since and $until and {where}
"""


def history(view: View) -> what_if.Past:
    """All facts of the complaints that came in the period, and every version of policies and calendars."""
    return what_if.past(
        view.ask(FACTS.format(where=view.filters.where("t"))),
        view.ask("select * from dim_sla_policies"),
        view.ask("select * from dim_calendars"),
        view.lake.newest_event_at or view.lake.built_at,
    )


def compared(view: View, known: what_if.Past, scenario: Scenario) -> pl.DataFrame:
    """One row per clock, before and under the scenario, with its ticket's number, priority, team and week of creation."""
    both = what_if.side_by_side(what_if.replay(known, Scenario()), what_if.replay(known, scenario))
    tickets = view.ask(TICKETS.format(where=view.filters.where("t")))
    return both.join(tickets, on="ticket_id").with_columns(week=pl.col("created_day").dt.truncate("1w"))


def kept(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Compliance before and under the scenario (0 to 1; null where nothing is decided), what broke, and how many are
    decided under the scenario."""

    def decided(state: str) -> pl.Expr:
        return pl.col(state).is_in(["met", "breached"]).sum()

    def share_of(state: str) -> pl.Expr:
        return pl.when(decided(state) > 0).then((pl.col(state) == "met").sum() / decided(state))

    measures = [share_of("state").alias("before"), share_of("state_after").alias("after"), decided("state_after").alias("decided_after"),
                (pl.col("state") == "breached").sum().alias("broken"), (pl.col("state_after") == "breached").sum().alias("broken_after")]  # fmt: skip
    return rows.group_by(by).agg(*measures).sort(by) if by else rows.select(measures)


def show(view: View) -> None:
    known = history(view)
    if known.facts.is_empty():
        nothing("complaint")
        return
    scenario = form.edited(view, form.read(view))
    if not scenario.promises:
        quiet("Nothing is changed yet: before and after are the same. Choose a policy, change it, and replay.")
    rows = compared(view, known, scenario)
    _numbers(view, rows)
    _groups(view, rows)
    _weeks(view, rows)
    _promises(view, rows)
    _list(view, rows)
    footer(
        view,
        ["fct_sla_facts", "fct_tickets", "dim_sla_policies", "dim_calendars"],
        "complaints by the day they came, all their clocks; every clock anew by the product's rules; what people would have done "
        "differently nobody knows",
    )


def _numbers(view: View, rows: pl.DataFrame) -> None:
    found = kept(rows).row(0, named=True)
    changed = rows.filter(pl.col("state").ne_missing(pl.col("state_after")))
    saved = rows.filter((pl.col("state") == "breached") & pl.col("state_after").is_in(["met", "open", "paused"]))
    lost = rows.filter((pl.col("state_after") == "breached") & (pl.col("state") != "breached"))
    before, after = found["before"], found["after"]
    moved = (
        None
        if before is None or after is None
        else UNCHANGED
        if after == before
        else f"{(after - before) * 100:+.1f} pts"
    )
    more = found["broken_after"] - found["broken"]
    metrics(
        [
            Metric(label="Promises kept", value=share(after), change=moved, is_good=True, help=f"Before: {share(before)}."),
            Metric(label="Promises broken", value=count(found["broken_after"]), change=f"{more:+,}" if more else UNCHANGED, is_good=False),
            Metric(label="No longer broken", value=count(len(saved))),
            Metric(label="Newly broken", value=count(len(lost))),
            Metric(label="Tickets that change", value=count(changed["ticket_id"].n_unique())),
        ],
        f"Complaints that came {view.filters.compared.split(';')[0]}; changes against what really held.",
    )  # fmt: skip


def _groups(view: View, rows: pl.DataFrame) -> None:
    for column, (title, by) in zip(
        st.columns(2, gap="large"), (("By priority", "priority"), ("By team", "team")), strict=True
    ):
        found = kept(rows, by).drop_nulls("after")
        if by == "priority":
            order = pl.col(by).replace_strict({p: n for n, p in enumerate(theme.PRIORITIES)}, return_dtype=pl.Int8)
            found = found.sort(order).with_columns(pl.col(by).map_elements(name_of, return_dtype=pl.String))
        left_out = ""
        if by == "team":
            found, left_out = weakest(found, of="decided_after", share="after", name=by)
        with column:
            section(title, left_out)
            if found.is_empty():
                continue
            reading = ", ".join(f"{row[by]} {share(row['before'])} → {share(row['after'])}" for row in found.to_dicts())
            figure(
                charts.moves(found, label=by, before="before", after="after", ink=view.ink),
                f"what_if_{by}",
                f"{title}: {reading}",
            )


def _weeks(view: View, rows: pl.DataFrame) -> None:
    weeks = kept(rows, "week").drop_nulls("after")
    if len(weeks) < 2:
        return
    worst = weeks.sort("after").row(0, named=True)
    reading = f"Complaints of the week of {worst['week']:%-d %b %Y} would have fared worst: {share(worst['after'])} kept, {share(worst['before'])} in truth."
    section("Week by week", reading)
    long = weeks.unpivot(on=["before", "after"], index="week", variable_name="side", value_name="kept").drop_nulls()
    colours = {"before": view.ink["edge"], "after": view.ink["accent"]}
    names = {"before": "In truth", "after": "Scenario"}
    low = min(0.9, int(float(str(long["kept"].min() or 0)) * 20) / 20)
    chart = charts.lines(
        long, x="week", y="kept", kind="side", names=names.__getitem__, ink=view.ink, colours=colours, low=low
    )
    figure(chart, "what_if_weeks", reading)


def _promises(view: View, rows: pl.DataFrame) -> None:
    section("Promise by promise")
    order = pl.col("priority").replace_strict({p: n for n, p in enumerate(theme.PRIORITIES)}, return_dtype=pl.Int8)
    found = (
        kept(rows, "target", "priority")
        .sort("target", order)
        .with_columns(
            pl.col("target", "priority").map_elements(name_of, return_dtype=pl.String),
            pl.col("before", "after").round(3),
        )
    )
    columns = {
        "target": "Promise", "priority": "Priority", "before": st.column_config.NumberColumn("Kept in truth", format="percent"),
        "after": st.column_config.NumberColumn("Kept under the scenario", format="percent"), "broken": "Broken in truth",
        "broken_after": "Broken under the scenario",
    }  # fmt: skip
    table(found, "what-if-promises", columns, view.filters)


def _list(view: View, rows: pl.DataFrame) -> None:
    changed = rows.filter(pl.col("state").ne_missing(pl.col("state_after"))).sort(
        "started_at", "ticket_id", descending=[True, False]
    )
    if changed.is_empty():
        return
    section(
        "Clocks that change",
        "Broken before and not under the scenario, or the other way round. Each number opens the ticket.",
    )
    shown = ticket_links(view, changed).with_columns(
        pl.col("target", "priority").map_elements(name_of, return_dtype=pl.String),
        pl.col("state", "state_after")
        .map_elements(name_of, return_dtype=pl.String, skip_nulls=True)
        .fill_null("No such clock"),
    )
    columns = {
        "link": ticket_column(), "target": "Promise", "state": "In truth", "state_after": "Under the scenario", "priority": "Priority",
        "team": "Team", "due_at": instant_column("Was due"), "due_at_after": instant_column("Would be due"), "started_at": instant_column("Started"),
    }  # fmt: skip
    table(shown, "what-if", columns, view.filters, hidden=["number", "cycle"])
