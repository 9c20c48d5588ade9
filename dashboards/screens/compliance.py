"""Compliance: do we keep what we promise? Clocks by the day they were due, decided ones only."""

from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboards import charts, theme
from dashboards.layout import Metric, View, figure, footer, metrics, nothing, section, table
from dashboards.weakest import weakest
from dashboards.words import WEEKDAYS, count, name_of, share

TITLE = "Compliance"
QUESTION = "Do we keep what we promise?"
TREND_WEEKS = 12

DECIDED = """
select c.target, c.priority, coalesce(team.name, 'No team yet') as team, date_trunc('week', c.due_day)::date as week,
       count_if(c.state = 'met')::bigint as met, count_if(c.state = 'breached')::bigint as breached
from fct_sla_clocks c
left join dim_teams team on team.team_id = c.team_id and team.is_current
where c.state in ('met', 'breached') and c.target not like 'escalation%' and {where}
group by all
"""

HOURS = """
select c.breached_weekday as weekday, c.breached_hour as hour, count(*) as breaches
from fct_sla_clocks c
where c.state = 'breached' and c.target not like 'escalation%' and {where}
group by all
"""


def decided(view: View, *, before: bool = False, since: date | None = None) -> pl.DataFrame:
    """Met and breached by target, priority, team and week: in the period, the one before it, or from `since` on."""
    chosen = view.filters.before if before else view.filters
    sql = DECIDED.format(where=chosen.where("c", day="due_day"))
    return view.ask(sql, chosen, **({"since": since} if since else {}))


def kept(frame: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Met, breached, due and compliance (met / due, 0 to 1) by these columns."""
    summed = (
        frame.group_by(by).agg(pl.col("met", "breached").sum()) if by else frame.select(pl.col("met", "breached").sum())
    )
    due = pl.col("met") + pl.col("breached")
    return summed.with_columns(due=due, compliance=pl.when(due > 0).then(pl.col("met") / due))


def show(view: View) -> None:
    now = decided(view)
    if now.is_empty():
        nothing("promise that came due")
    else:
        _numbers(view, now)
        _weeks(view)
        _groups(view, now)
        _hours(view)
        _list(view, now)
    footer(
        view,
        ["fct_sla_clocks"],
        "compliance: met in time / (met + breached), of the clocks due in the period; team and priority as the clock started",
    )


def _numbers(view: View, now: pl.DataFrame) -> None:
    then = decided(view, before=True)

    def metric(label: str, a: pl.DataFrame, b: pl.DataFrame) -> Metric:
        value, earlier = kept(a)["compliance"][0], kept(b)["compliance"][0]
        change = None if value is None or earlier is None else f"{(value - earlier) * 100:+.1f} pts"
        return Metric(label=label, value=share(value), change=change, is_good=True)

    def only(frame: pl.DataFrame, target: str) -> pl.DataFrame:
        return frame.filter(pl.col("target") == target)

    broken, earlier = int(now["breached"].sum()), int(then["breached"].sum())
    metrics(
        [
            metric("All promises kept", now, then),
            metric("First response", only(now, "first_response"), only(then, "first_response")),
            metric("Resolution", only(now, "resolution"), only(then, "resolution")),
            Metric(
                label="Came due", value=count(now.select(pl.sum_horizontal(pl.col("met", "breached").sum())).item())
            ),
            Metric(label="Breached", value=count(broken), change=f"{broken - earlier:+,}", is_good=False),
        ],
        view.filters.compared,
        is_comparable=view.filters.is_comparable,
    )


def _weeks(view: View) -> None:
    chosen = view.filters
    first = min(chosen.since, chosen.today - timedelta(weeks=TREND_WEEKS))
    weeks = kept(decided(view, since=first - timedelta(days=first.weekday())), "week", "target").sort("week", "target")
    worst = weeks.sort("compliance").row(0, named=True)
    reading = (
        f"The weakest week was that of {worst['week']:%-d %b %Y}: {share(worst['compliance'])} of "
        f"{count(worst['due'])} promises for {name_of(worst['target']).lower()} were kept. :gray[The running week is not over.]"
    )
    section("Promises kept, week by week", reading)
    targets = weeks["target"].unique().sort().to_list()
    colours = {t: view.ink[theme.CATEGORICAL[n % len(theme.CATEGORICAL)]] for n, t in enumerate(targets)}
    low = min(0.9, int((weeks.select(pl.col("compliance").min()).item() or 0) * 20) / 20)
    chart = charts.lines(
        weeks, x="week", y="compliance", kind="target", names=name_of, ink=view.ink, colours=colours, low=low
    )
    figure(chart, "weeks", reading)


def _groups(view: View, now: pl.DataFrame) -> None:
    left, right = st.columns(2, gap="large")
    order = pl.col("priority").replace_strict({p: n for n, p in enumerate(theme.PRIORITIES)}, return_dtype=pl.Int8)
    priorities = kept(now, "priority").sort(order)
    colours = [theme.of_priority(view.ink, p) for p in priorities["priority"]]
    named = priorities.with_columns(pl.col("priority").map_elements(name_of, return_dtype=pl.String))
    with left:
        section("By priority")
        _bars(view, named, "priority", colours)
    teams, left_out = weakest(kept(now, "team"), of="due", share="compliance", name="team")
    with right:
        section("By team", left_out)
        _bars(view, teams, "team", None)


def _bars(view: View, frame: pl.DataFrame, by: str, colours: list[str] | None) -> None:
    chart = charts.bars(frame, label=by, value="compliance", ink=view.ink, colours=colours, text=share, at_least=1.0)
    figure(chart, by, f"By {by}: " + ", ".join(f"{r[by]} {share(r['compliance'])}" for r in frame.to_dicts()))


def _hours(view: View) -> None:
    frame = view.ask(HOURS.format(where=view.filters.where("c", day="due_day")))
    if frame.is_empty():
        return
    most = frame.filter(pl.col("breaches") == pl.col("breaches").max()).sort("weekday", "hour")
    named = ", ".join(f"{WEEKDAYS[row['weekday'] - 1]} {row['hour']}:00" for row in most.head(3).to_dicts())
    more = f" and {len(most) - 3} more" if len(most) > 3 else ""
    worst = (
        f"The worst hour of the week, with {count(most['breaches'][0])} in the period, begins"
        if len(most) == 1
        else f"The worst hours of the week, with {count(most['breaches'][0])} each in the period, begin"
    )
    reading = f"{worst} at {named}{more}. :gray[Hours of {view.lake.time_zone}.]"
    section("When promises break", reading)
    figure(charts.hours(frame, weekday="weekday", hour="hour", value="breaches", ink=view.ink), "hours", reading)


def _list(view: View, now: pl.DataFrame) -> None:
    section("By target, priority and team")
    rows = kept(now, "target", "priority", "team").sort(["breached", "due"], descending=True)
    rows = rows.with_columns(
        pl.col("target", "priority").map_elements(name_of, return_dtype=pl.String), pl.col("compliance").round(3)
    )
    columns = {
        "target": "Promise", "priority": "Priority", "team": "Team", "due": "Came due", "met": "Kept", "breached": "Breached",
        "compliance": st.column_config.ProgressColumn("Compliance", format="percent", min_value=0, max_value=1),
    }  # fmt: skip
    table(rows, "compliance", columns, view.filters)
