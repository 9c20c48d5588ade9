"""The form of a scenario: what each policy shall have promised. It is kept in the address, so that a link shows the same."""

import polars as pl
import streamlit as st

from dashboards import what_if
from dashboards.layout import View, quiet, say, section
from dashboards.report import notes
from dashboards.what_if import Promise, Scenario
from dashboards.words import name_of

SCENARIO = "scenario"
"""Parameter of the URL."""
PAUSING = ("pending", "open", "assigned", "in_progress", "escalated")
ALWAYS = "Around the clock"


def read(view: View) -> Scenario:
    """The scenario of the address; what makes no sense is said, and left out."""
    text = view.choices.get(SCENARIO) if view.is_on_paper else st.query_params.get(SCENARIO)
    found = what_if.decode(text) if text else Scenario()
    if found is None:
        st.warning("The scenario in the address makes no sense: it was left out.", icon=":material/link_off:")
    return found or Scenario()


def edited(view: View, scenario: Scenario) -> Scenario:
    """The form: one policy at a time. What it changes goes into the address, and stays there."""
    policies = view.ask("select * from dim_sla_policies where is_current order by policy_id")
    calendars = dict(
        view.ask("select calendar_id, name from dim_calendars where valid_to is null order by name").rows()
    )
    names = dict(policies.select("policy_id", "name").rows())
    section("The promises")
    notes().choices[SCENARIO] = what_if.encode(scenario)
    _told(view, policies, calendars, scenario)
    if view.is_on_paper:
        return scenario
    first = next((place for place, key in enumerate(names) if key in scenario.promises), 0)
    chosen = st.selectbox(
        "Policy", list(names), index=first, format_func=lambda key: names.get(key, str(key)), key="policy"
    )
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
        notes().choices.pop(SCENARIO, None)
    elif is_set:
        targets = {target: round(value * 3600) or None for target, value in hours.items()}
        wanted = Promise(targets=targets, calendar_id=calendar, pauses=tuple(pauses))
        others = {key: value for key, value in scenario.promises.items() if key != chosen}
        scenario = Scenario(name=title.strip(), promises=others | ({} if wanted == now else {chosen: wanted}))
        notes().choices[SCENARIO] = st.query_params[SCENARIO] = what_if.encode(scenario)
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


def _told(view: View, policies: pl.DataFrame, calendars: dict[int, str], scenario: Scenario) -> None:
    """What is changed, as words, and for administrators the way to where it becomes a policy, with its consequences shown."""
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
        text = f"{row['name']}: {'; '.join(parts) or 'as it is'}"
        there = f" [Make it a policy]({view.web}/admin/sla/{row['policy_id']})" if view.viewer.sees_all else ""
        say(text + there)


def _hours(seconds: int | None) -> str:
    return "none" if seconds is None else f"{seconds / 3600:g} h"
