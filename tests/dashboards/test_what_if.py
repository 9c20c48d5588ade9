"""What if: the replay is the product's rules, to the second, and a scenario is an address."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import polars as pl
import pytest

from api.sla.rules.clocks import fold, settle_all
from api.sla.rules.facts import PolicyApplied, PublicComment, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.policy import PolicyVersion
from dashboards import form, what_if
from dashboards.layout import View
from dashboards.screens import what_if as page
from dashboards.what_if import Promise, Scenario
from tests.dashboards.conftest import Run

OFFICE = 3
SCENARIO = Scenario(
    name="Half the time, in office hours",
    promises={
        3: Promise(
            targets={"first_response": 4 * 3600, "next_response": 7200, "resolution": 36 * 3600},
            calendar_id=OFFICE,
            pauses=(),
        ),
        4: Promise(targets={"first_response": None, "resolution": 3600}, pauses=("pending", "assigned")),
    },
)
SAMPLE = 60
MEASURED = ("state", "target_seconds", "elapsed_seconds", "due_at", "met_at", "breached_at")


def plainly(history: what_if.Past, scenario: Scenario) -> dict[tuple[int, str, int], tuple[object, ...]]:
    """The clocks of the first SAMPLE tickets, fact by fact."""
    calendars = {calendar.calendar_id: calendar for calendar in history.calendars.values()}
    found: dict[tuple[int, str, int], tuple[object, ...]] = {}
    for ticket_id, rows in sorted(history.facts.partition_by("ticket_id", as_dict=True).items())[:SAMPLE]:
        facts: list[TicketFact] = []
        for row in rows.sort("seq").to_dicts():
            match row["kind"]:
                case "opened":
                    facts.append(TicketOpened(at=row["at"], status=row["status"]))
                case "status":
                    facts.append(StatusChanged(at=row["at"], old="", new=row["status"]))
                case "comment":
                    facts.append(PublicComment(at=row["at"], by_staff=row["by_staff"]))
                case _:
                    number = row["policy_version_id"]
                    terms, promise = history.policies[number], scenario.promises.get(history.policy_of[number])
                    targets = terms.targets if promise is None else {k: v for k, v in promise.targets.items() if v}
                    pauses = terms.pauses_on if promise is None else {"resolution": promise.pauses}
                    policy = PolicyVersion(
                        id=number, policy_id=number, version=1, valid_from=datetime(2020, 1, 1, tzinfo=UTC), name="",
                        targets=targets, pauses_on=pauses,
                    )  # fmt: skip
                    calendar = calendars[promise.calendar_id] if promise and promise.calendar_id else None
                    facts.append(PolicyApplied(at=row["at"], policy=policy, calendar=calendar))
        ticket = settle_all(fold(int(str(ticket_id[0])), facts), history.as_of)
        for clock in ticket.clocks:
            if clock.target in what_if.TARGETS:
                state = (
                    "breached"
                    if clock.breached_at
                    else "met"
                    if clock.met_at
                    else "paused"
                    if clock.paused_at
                    else "open"
                )
                values = [state, *(getattr(clock, name) for name in MEASURED[1:])]
                found[clock.ticket_id, clock.target, clock.cycle] = tuple(
                    value.replace(microsecond=0) if isinstance(value, datetime) else value for value in values
                )
    return found


@pytest.mark.parametrize("scenario", [Scenario(), SCENARIO], ids=["as it was", "changed"])
def test_the_replay_is_the_plain_rules_to_the_second(view: Callable[..., View], scenario: Scenario) -> None:
    history = page.history(view(days=365))
    wanted = plainly(history, scenario)
    clocks = what_if.replay(history, scenario).with_columns(pl.col(pl.Datetime).dt.truncate("1s"))
    found = {row[:3]: row[3:] for row in clocks.select(*what_if.KEYS, *MEASURED).rows()}
    assert len(wanted) >= SAMPLE
    assert {key: found[key] for key in wanted} == wanted
    assert {key for key in found if key[0] <= SAMPLE} == set(wanted)


def test_without_a_change_nothing_changes(view: Callable[..., View]) -> None:
    rows = page.compared(view(), page.history(view()), Scenario())
    assert rows.filter(pl.col("state").ne_missing(pl.col("state_after"))).is_empty()


def test_a_link_holds_the_scenario_and_the_page_its_outcome(run: Run, view: Callable[..., View]) -> None:
    app = run(page, query={"scenario": what_if.encode(SCENARIO)})
    assert not app.exception
    after = page.kept(page.compared(view(), page.history(view()), SCENARIO)).row(0, named=True)
    metrics = {metric.label: metric for metric in app.metric}
    assert metrics["Promises broken"].value == f"{after['broken_after']:,}"
    assert metrics["Promises broken"].delta == f"{after['broken_after'] - after['broken']:+,}"
    assert any("8 h → **4 h**" in text.value and "**office**" in text.value for text in app.markdown)


def test_what_the_form_asks_is_replayed_and_goes_into_the_address(run: Run) -> None:
    app = run(page)
    app.selectbox(key="policy").select(3).run(timeout=60)
    app.number_input(key="first_response_3").set_value(1.0)
    app.button[0].click().run(timeout=60)
    assert not app.exception
    kept = what_if.decode(str(app.query_params[form.SCENARIO]))
    assert kept is not None
    assert kept.promises[3].targets["first_response"] == 3600
    assert {metric.label: metric.value for metric in app.metric}["Newly broken"] != "0"


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"promises": {"1": {"targets": {"first_response": -5}}}}', '{"promises": {"1": {"targets": {"drop table": 5}}}}',
     '{"promises": {"1": {"targets": {}, "pauses": ["closed"]}}}'],
)  # fmt: skip
def test_a_forged_scenario_is_refused(text: str) -> None:
    assert what_if.decode(text) is None


def test_a_scenario_survives_its_address() -> None:
    assert what_if.decode(what_if.encode(SCENARIO)) == SCENARIO
    assert msgspec.json.decode(what_if.encode(SCENARIO))["name"] == SCENARIO.name
