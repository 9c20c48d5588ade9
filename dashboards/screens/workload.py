"""Workload: when does work come, and who is there to do it? The average day against the answers given and the room left."""

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.filters import Filters
from dashboards.layout import Metric, View, figure, footer, metrics, nothing, section, table
from dashboards.words import WEEKDAYS, count, share

TITLE = "Workload"
QUESTION = "When does work come, and who is there to do it?"

CAME = """
select isodow(t.created_at at time zone $zone) as weekday, hour(t.created_at at time zone $zone) as hour, count(*)::bigint as came
from fct_tickets t where t.created_day between $since and $until and {where}
group by all
"""

ANSWERED = """
select isodow(c.commented_at at time zone $zone) as weekday, hour(c.commented_at at time zone $zone) as hour,
       count(*)::bigint as answers
from fct_comments c join fct_tickets t on t.ticket_id = c.ticket_id
where c.day between $since and $until and c.is_by_staff and not c.is_internal and {where}
group by all
"""

DAYS = """
select (select count(*) from fct_tickets t where t.created_day between $since and $until and {where})::bigint as came,
       (select count(*) from fct_tickets t where t.resolved_day between $since and $until and {where})::bigint as resolved
"""

AGENTS = """
with held as (
    select t.assigned_agent_id as agent_id, count(*)::bigint as active, count_if(t.priority in ('critical', 'high'))::bigint as urgent
    from fct_tickets t where t.is_open and t.assigned_agent_id is not null and {where} group by all
), days as (
    select agent_id, count(distinct day)::bigint as days_at_work, sum(resolved)::bigint as resolved
    from fct_agent_daily where day between $since and $until and touches > 0 group by all
)
select coalesce(a.name, 'Agent ' || a.agent_id) as agent, a.capacity, coalesce(h.active, 0) as active, coalesce(h.urgent, 0) as urgent,
       coalesce(d.days_at_work, 0) as days_at_work, coalesce(d.resolved, 0) as resolved
from dim_agents a left join held h on h.agent_id = a.agent_id left join days d on d.agent_id = a.agent_id
where a.is_current and a.is_active and (h.agent_id is not null or d.agent_id is not null)
order by active desc, agent
"""


def by_hour(view: View) -> pl.DataFrame:
    """One row per weekday (1 Monday) and local hour: complaints that came and public answers given in the period."""
    where, zone = view.filters.where("t"), view.lake.time_zone
    grid = pl.DataFrame({"weekday": range(1, 8)}).join(pl.DataFrame({"hour": range(24)}), how="cross").cast(pl.Int64)
    came = view.ask(CAME.format(where=where), zone=zone)
    answered = view.ask(ANSWERED.format(where=where), zone=zone)
    return (
        grid.join(came, on=["weekday", "hour"], how="left")
        .join(answered, on=["weekday", "hour"], how="left")
        .with_columns(pl.col("came", "answers").fill_null(0))
        .sort("weekday", "hour")
    )


def agents(view: View) -> pl.DataFrame:
    """One row per agent who has tickets or did something: open tickets against capacity, `used` 0 to more than 1."""
    rows = view.ask(AGENTS.format(where=view.filters.where("t")))
    return rows.with_columns(used=pl.when(pl.col("capacity") > 0).then(pl.col("active") / pl.col("capacity")))


def show(view: View) -> None:
    hours, people = by_hour(view), agents(view)
    if not hours["came"].sum() and people.is_empty():
        nothing("complaint and no agent at work")
    else:
        _numbers(view, hours, people)
        if hours["came"].sum():
            _day(view, hours)
            _week(view, hours)
        if len(people):
            _room(view, people)
            _list(view, people)
    footer(
        view,
        ["fct_tickets", "fct_comments", "fct_agent_daily", "dim_agents"],
        f"complaints by the hour they came, answers by the hour they were given, hours of {view.lake.time_zone}; open tickets and capacity as of now",
    )


def _numbers(view: View, hours: pl.DataFrame, people: pl.DataFrame) -> None:
    chosen = view.filters

    def daily(filters: Filters) -> dict[str, float]:
        row = view.ask(DAYS.format(where=filters.where("t")), filters).row(0, named=True)
        return {name: value / filters.length for name, value in row.items()}

    now, then = daily(chosen), daily(chosen.before)
    busiest = hours.group_by("hour").agg(pl.col("came").sum()).sort("came", descending=True).row(0, named=True)
    active, room = int(people["active"].sum() or 0), int(people["capacity"].sum() or 0)
    full = people.filter(pl.col("used") >= 1).height
    metrics(
        [
            Metric(label="Complaints a day", value=f"{now['came']:,.1f}", change=f"{now['came'] - then['came']:+,.1f}", is_good=False),
            Metric(label="Resolved a day", value=f"{now['resolved']:,.1f}", change=f"{now['resolved'] - then['resolved']:+,.1f}", is_good=True),
            Metric(label="Busiest hour", value=f"{busiest['hour']}:00", help="In which most complaints come, over all days."),
            Metric(label="Capacity used", value=share(active / room if room else None, 0), help="Open tickets with an agent, of what all agents may hold."),
            Metric(label="Agents who are full", value=count(full)),
        ],
        chosen.compared,
        is_comparable=chosen.is_comparable,
    )  # fmt: skip


def _day(view: View, hours: pl.DataFrame) -> None:
    days = max(view.filters.length, 1)
    found = hours.group_by("hour").agg(pl.col("came", "answers").sum() / days).sort("hour")
    peak, answer = (
        found.sort("came", descending=True).row(0, named=True),
        found.sort("answers", descending=True).row(0, named=True),
    )
    reading = f"Most complaints come at **{peak['hour']}:00**; most answers go out at **{answer['hour']}:00**."
    section("An average day", reading + f" :gray[Per hour, over {count(days)} days.]")
    series = {"came": ("Complaints", view.ink["danger"]), "answers": ("Public answers", view.ink["accent"])}
    chart = charts.curves(found, x="hour", series=series, ink=view.ink, text=lambda _: "", dtick=3, ticksuffix=":00")
    figure(chart, "day", reading)


def _week(view: View, hours: pl.DataFrame) -> None:
    most = hours.sort("came", descending=True).row(0, named=True)
    reading = f"**{WEEKDAYS[most['weekday'] - 1]} {most['hour']}:00** is the fullest hour of the week: {count(most['came'])} complaints in the period."
    section("When complaints come", reading + f" :gray[Hours of {view.lake.time_zone}.]")
    chart = charts.hours(hours, weekday="weekday", hour="hour", value="came", ink=view.ink, token="accent")
    figure(chart, "week", reading)


def _room(view: View, people: pl.DataFrame) -> None:
    first = people.sort("used", descending=True, nulls_last=True).row(0, named=True)
    reading = f"**{first['agent']}** is nearest to the limit: {count(first['active'])} open tickets of {count(first['capacity'])}."
    section("Who has room", reading)
    top = people.sort(["used", "active"], descending=True, nulls_last=True).head(15)
    colours = [view.ink["danger"] if (used or 0) >= 1 else view.ink["accent"] for used in top["used"]]
    chart = charts.bars(top, label="agent", value="active", ink=view.ink, colours=colours)
    figure(
        chart.update_traces(
            text=[f"<b>{count(a)}</b> of {count(c)}" for a, c in zip(top["active"], top["capacity"], strict=True)]
        ),
        "room",
        reading,
    )


def _list(view: View, people: pl.DataFrame) -> None:
    section("Agent by agent")
    columns = {
        "agent": "Agent", "active": "Open tickets", "urgent": "Critical or high", "capacity": "Capacity",
        "used": st.column_config.ProgressColumn("Used", format="percent", min_value=0, max_value=1),
        "days_at_work": st.column_config.NumberColumn("Days at work", help="Days of the period with an action on a ticket."), "resolved": "Resolved",
    }  # fmt: skip
    table(people.with_columns(pl.col("used").round(2)), "workload", columns, view.filters)
