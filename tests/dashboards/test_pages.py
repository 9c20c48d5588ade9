"""Every page: runs on a full, an empty and a missing lake, narrows, and shows the numbers of the marts."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from dashboards.layout import View
from dashboards.screens import (
    at_risk,
    backlog,
    breaches,
    compliance,
    data_health,
    definitions,
    process_map,
    productivity,
    repeats,
    satisfaction,
    time_logged,
    topics,
    what_if,
    workload,
)
from dashboards.words import count, share
from tests.dashboards.conftest import AGENT, TEAMLESS, Direct, Run

ABOUT_DATA = [data_health, definitions]
"""Pages that the choices above do not narrow."""
ABOUT_TICKETS = [backlog, at_risk, compliance, breaches, what_if, productivity, workload, satisfaction, topics, repeats, process_map,
                 time_logged]  # fmt: skip
PAGES = ABOUT_TICKETS + ABOUT_DATA
PROMISED = "target not like 'escalation%' and due_day between '2026-10-26' and '2026-11-24'"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.TITLE)


def shown(app: object) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}  # pyright: ignore


@each_page
def test_a_page_opens_with_its_question_and_ends_with_its_data(page: ModuleType, run: Run) -> None:
    app = run(page)
    assert not app.exception
    assert app.title[0].value == page.TITLE
    assert page.QUESTION in app.markdown[0].value
    assert 3 <= len(app.metric) <= 5
    assert "Data to 24 Nov 2026, 09:12 UTC" in app.markdown[-1].value
    assert "Europe/Berlin" in app.markdown[-1].value
    assert len(app.dataframe) >= 1
    assert page is definitions or app.get("plotly_chart")


@each_page
def test_a_page_without_tickets_says_so(page: ModuleType, run: Run, empty: str) -> None:
    app = run(page, root=empty)
    assert not app.exception
    assert page in ABOUT_DATA or app.info


@pytest.mark.parametrize("page", [backlog, definitions], ids=lambda page: page.TITLE)
def test_a_page_without_a_lake_names_what_is_missing(page: ModuleType, run: Run, tmp_path: Path) -> None:
    app = run(page, root=str(tmp_path / "nowhere"))
    assert not app.exception
    assert "nothing was published" in app.warning[0].value
    assert not app.metric


@pytest.mark.parametrize(
    ("page", "mart"),
    [
        (backlog, "fct_backlog_daily"), (at_risk, "fct_sla_clocks"), (compliance, "fct_sla_clocks"), (breaches, "fct_assignments"),
        (what_if, "fct_sla_clocks"), (productivity, "fct_agent_daily"), (workload, "fct_comments"), (satisfaction, "fct_csat"),
        (topics, "dim_root_causes"), (repeats, "dim_organisations"), (process_map, "fct_sla_clocks"), (time_logged, "fct_sla_clocks"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.TITLE,
)  # fmt: skip
def test_a_page_names_the_mart_that_is_missing(page: ModuleType, mart: str, run: Run, lacking: str) -> None:
    """The first one, when there are more: whether an event of a ticket may be seen depends on the ticket's clocks."""
    app = run(page, root=lacking)
    assert not app.exception
    assert any(f"`{mart}`" in warning.value for warning in app.warning)


@pytest.mark.parametrize("page", ABOUT_TICKETS, ids=lambda page: page.TITLE)
def test_a_choice_narrows_the_page(page: ModuleType, run: Run) -> None:
    narrowed = run(page, query={"team": "Billing"})
    assert not narrowed.exception
    assert shown(narrowed) != shown(run(page))


@pytest.mark.parametrize("page", ABOUT_DATA, ids=lambda page: page.TITLE)
def test_choices_are_off_where_they_narrow_nothing(page: ModuleType, run: Run) -> None:
    assert all(choice.disabled for choice in run(page).multiselect)


def test_a_link_shows_what_was_chosen(run: Run) -> None:
    """The browser keeps each choice in the URL by its name: ?period=Last+7+days&team=Network."""
    chosen = run(compliance)
    chosen.multiselect(key="team").select(2)
    chosen.selectbox(key="period").select(7).run(timeout=60)
    linked = run(compliance, query={"team": "Network", "period": "Last 7 days"})
    assert linked.multiselect(key="team").value == [2]
    assert linked.selectbox(key="period").value == 7
    assert shown(linked) == shown(chosen) != shown(run(compliance))


def test_a_link_cannot_widen_what_an_agent_sees(run: Run) -> None:
    assert shown(run(backlog, viewer=AGENT, query={"team": "Network"})) == shown(run(backlog, viewer=AGENT))


@pytest.mark.parametrize("page", [at_risk, breaches, what_if, productivity, data_health], ids=lambda page: page.TITLE)
def test_an_agent_may_open_a_page(page: ModuleType, run: Run) -> None:
    assert not run(page, viewer=AGENT).exception


def test_who_has_no_team_sees_no_ticket(run: Run) -> None:
    assert run(backlog, viewer=TEAMLESS).info


def test_the_backlog_is_that_of_the_marts(run: Run, direct: Direct) -> None:
    app = run(backlog)
    [(waiting,)] = direct("select count(*) from fct_tickets where is_open")
    [(counted,)] = direct("select sum(tickets) from fct_backlog_daily where day = '2026-11-24'")
    assert waiting == counted
    assert shown(app)["Open tickets"] == count(waiting)


def test_the_pages_age_bands_are_those_of_the_daily_backlog(view: Callable[..., View], direct: Direct) -> None:
    mine = dict(backlog.waiting(view()).group_by("age_band").len().rows())
    assert mine == dict(
        direct("select age_band, sum(tickets)::int from fct_backlog_daily where day = '2026-11-24' group by 1")
    )


def test_compliance_is_that_of_the_daily_mart(run: Run, direct: Direct) -> None:
    [(met, broken)] = direct(
        "select sum(met)::int, sum(breached)::int from fct_sla_daily "
        "where target not like 'escalation%' and day between '2026-10-26' and '2026-11-24'"
    )
    assert 0 < broken < met
    found = shown(run(compliance))
    assert found["All promises kept"] == share(met / (met + broken))
    assert found["Breached"] == count(broken)
    assert found["Came due"] == count(met + broken)


def test_every_breach_is_taken_apart_to_the_second(view: Callable[..., View], direct: Direct) -> None:
    rows = breaches.broken(view())
    assert [len(rows)] == list(*direct(f"select count(*) from fct_sla_clocks where state = 'breached' and {PROMISED}"))
    parts = rows.select(pl.sum_horizontal(list(breaches.PARTS))).to_series()
    wall = (rows["breached_at"] - rows["started_at"]).dt.total_seconds()
    assert (parts - wall).abs().max() < 1


def test_agents_figures_are_those_of_their_tickets(view: Callable[..., View], direct: Direct) -> None:
    rows = {row["agent"]: row for row in productivity.agents(view()).to_dicts()}
    for name, resolved, median, p90 in direct(
        "select a.name, count(*), median(resolution_seconds_calendar), quantile_cont(resolution_seconds_calendar, 0.9) "
        "from fct_tickets t join dim_agents a on a.agent_id = t.assigned_agent_id "
        "where resolved_day between '2026-10-26' and '2026-11-24' group by 1"
    ):
        assert rows[name]["resolved"] == resolved
        if resolved >= productivity.ENOUGH:
            assert rows[name]["resolution_median"] == pytest.approx(median)
            assert rows[name]["resolution_p90"] == pytest.approx(p90)


def test_agents_with_few_tickets_are_listed_last_and_not_compared(view: Callable[..., View]) -> None:
    rows = productivity.agents(view())
    few = rows.filter(pl.col("resolved") < productivity.ENOUGH)
    assert 0 < len(few) < len(rows)
    assert rows.tail(len(few))["agent"].to_list() == sorted(few["agent"])
    assert all(few[column].null_count() == len(few) for column in productivity.COMPARED)


def test_the_period_before_is_as_long_and_ends_where_the_period_begins(view: Callable[..., View]) -> None:
    filters = view(days=7).filters
    assert (filters.today - filters.since).days == 6
    assert (filters.since - filters.before.today).days == 1
    assert (filters.before.today - filters.before.since).days == 6


@pytest.mark.parametrize("page", [compliance, breaches, productivity], ids=lambda page: page.TITLE)
def test_numbers_are_compared_only_with_days_the_data_know(page: ModuleType, run: Run) -> None:
    """The lake holds 120 days: 30 of them have 30 before, 90 have not."""
    assert any(metric.delta for metric in run(page).metric)
    long = run(page, query={"period": "Last 90 days"})
    assert not any(metric.delta for metric in long.metric)
    assert any("nothing to compare with" in text.value for text in long.markdown)
