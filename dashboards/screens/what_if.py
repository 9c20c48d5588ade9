"""What if: which policy could we keep? The complaints of the period, replayed under other promises."""

import polars as pl
import streamlit as st

from dashboards import charts, theme, what_if
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
from dashboards.what_if import Promise, Scenario
from dashboards.words import count, name_of, share

TITLE = "What if"
QUESTION = "Which policy could we have kept?"
SCENARIO = "scenario"
"""Parameter of the URL: the scenario, so that a link keeps it."""
PAUSING = ("pending", "open", "assigned", "in_progress", "escalated")
ALWAYS = "Around the clock"

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
    """Compliance before and under the scenario (0 to 1; null where nothing is decided), and what was decided."""

    def share_of(state: str) -> pl.Expr:
        met, broken = ((pl.col(state) == word).sum() for word in ("met", "breached"))
        return pl.when(met + broken > 0).then(met / (met + broken))

    measures = [share_of("state").alias("before"), share_of("state_after").alias("after"),
                (pl.col("state") == "breached").sum().alias("broken"), (pl.col("state_after") == "breached").sum().alias("broken_after")]  # fmt: skip
    return rows.group_by(by).agg(*measures).sort(by) if by else rows.select(measures)


def show(view: View) -> None:
    known = history(view)
    if known.facts.is_empty():
        nothing("complaint")
        return
    scenario = _edited(view, _read())
    if not scenario.promises:
        quiet("Nothing is changed yet: before and after are the same. Choose a policy, change it, and replay.")
    rows = compared(view, known, scenario)
    _numbers(view, rows)
    _groups(view, rows)
    _weeks(view, rows)
    _list(view, rows)
    footer(
        view,
        ["fct_sla_facts", "fct_tickets", "dim_sla_policies", "dim_calendars"],
        "complaints by the day they came, all their clocks; every clock anew by the product's rules; what people would have done "
        "differently nobody knows",
    )


def _read() -> Scenario:
    text = st.query_params.get(SCENARIO)
    found = what_if.decode(text) if text else Scenario()
    if found is None:
        st.warning("The scenario in the address makes no sense: it was left out.", icon=":material/link_off:")
    return found or Scenario()


def _edited(view: View, scenario: Scenario) -> Scenario:
    """The form: one policy at a time. What it changes goes into the address, and stays there."""
    policies = view.ask("select * from dim_sla_policies where is_current order by policy_id")
    calendars = dict(
        view.ask("select calendar_id, name from dim_calendars where valid_to is null order by name").rows()
    )
    names = dict(policies.select("policy_id", "name").rows())
    section("The promises")
    _told(policies, calendars, scenario)
    chosen = st.selectbox("Policy", list(names), format_func=lambda key: names.get(key, str(key)), key="policy")
    if chosen is None:
        return scenario
    now = _promise(policies.filter(pl.col("policy_id") == chosen).row(0, named=True))
    promise = scenario.promises.get(chosen, now)
    with st.form("promise", border=True):
        boxes = st.columns(len(what_if.TARGETS))
        hours = {
            target: box.number_input(
                f"{name_of(target)} (hours)", min_value=0.0, value=(promise.targets.get(target) or 0) / 3600, step=1.0,
                key=f"{target}_{chosen}", help="0: not promised.",
            )
            for box, target in zip(boxes, what_if.TARGETS, strict=True)
        }  # fmt: skip
        left, right = st.columns(2)
        options = [None, *calendars]
        place = options.index(promise.calendar_id) if promise.calendar_id in options else 0
        calendar = left.selectbox(
            "Hours that count",
            options,
            index=place,
            format_func=lambda key: calendars.get(key, ALWAYS),
            key=f"calendar_{chosen}",
        )
        pauses = right.multiselect(
            "The resolution stands still while",
            PAUSING,
            default=list(promise.pauses),
            format_func=name_of,
            key=f"pauses_{chosen}",
        )
        title = st.text_input(
            "Name of the scenario",
            value=scenario.name,
            placeholder="8 business hours for all",
            key="scenario_name",
            max_chars=80,
        )
        with st.container(horizontal=True):
            is_set = st.form_submit_button("Replay", type="primary", icon=":material/replay:")
            is_dropped = st.form_submit_button("Back to what held", icon=":material/undo:")
    if is_dropped:
        scenario = Scenario()
        st.query_params.pop(SCENARIO, None)
    elif is_set:
        targets = {target: round(value * 3600) or None for target, value in hours.items()}
        wanted = Promise(targets=targets, calendar_id=calendar, pauses=tuple(pauses))
        others = {key: value for key, value in scenario.promises.items() if key != chosen}
        scenario = Scenario(name=title.strip(), promises=others | ({} if wanted == now else {chosen: wanted}))
        st.query_params[SCENARIO] = what_if.encode(scenario)
    if scenario.promises and is_set:
        quiet("The address holds the scenario: a bookmark keeps it, a link shares it.")
    return scenario


def _promise(row: dict[str, object]) -> Promise:
    """What the policy promises now."""
    terms = what_if.terms_of(row)
    targets = {target: terms.targets.get(target) for target in what_if.TARGETS}
    calendar = row["calendar_id"]
    return Promise(
        targets=targets,
        calendar_id=int(str(calendar)) if calendar else None,
        pauses=terms.pauses_on.get("resolution", ()),
    )


def _told(policies: pl.DataFrame, calendars: dict[int, str], scenario: Scenario) -> None:
    """What is changed, as words."""
    for row in policies.filter(pl.col("policy_id").is_in(list(scenario.promises))).to_dicts():
        now, then = _promise(row), scenario.promises[row["policy_id"]]
        parts = [
            f"{name_of(target).lower()} {_hours(now.targets.get(target))} → **{_hours(then.targets.get(target))}**"
            for target in what_if.TARGETS
            if now.targets.get(target) != then.targets.get(target)
        ]
        if now.calendar_id != then.calendar_id:
            was, is_now = (calendars.get(key or 0, ALWAYS).lower() for key in (now.calendar_id, then.calendar_id))
            parts.append(f"{was} → **{is_now}**")
        if set(now.pauses) != set(then.pauses):
            parts.append(f"pauses on **{', '.join(name_of(word).lower() for word in then.pauses) or 'nothing'}**")
        st.markdown(f"{row['name']}: {'; '.join(parts) or 'as it is'}")


def _hours(seconds: int | None) -> str:
    return "none" if seconds is None else f"{seconds / 3600:g} h"


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
        with column:
            section(title)
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
