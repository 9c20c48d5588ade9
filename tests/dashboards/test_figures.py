"""The figures of the pages about customers, flow and time are those of a query over the marts."""

from collections.abc import Callable

import polars as pl
import pytest

from dashboards.layout import View
from dashboards.screens import at_risk, process_map, repeats, satisfaction, time_logged, topics, workload
from dashboards.weakest import weakest
from tests.dashboards.conftest import Direct
from tests.dashboards.made import NOW

SINCE, UNTIL = "2026-10-26", "2026-11-24"
PERIOD = f"between '{SINCE}' and '{UNTIL}'"


def test_clocks_at_risk_come_in_the_order_they_break(view: Callable[..., View], direct: Direct) -> None:
    rows = at_risk.running(view())
    [(running, first)] = direct(
        "select count(*), min(due_at) from fct_sla_clocks where state = 'open' and due_at is not null and target not like 'escalation%'"
    )
    assert len(rows) == running
    assert rows["left_seconds"].is_sorted()
    assert rows["left_seconds"][0] == pytest.approx((first - NOW).total_seconds())


def test_content_is_four_or_five_of_the_ratings_of_the_period(view: Callable[..., View], direct: Direct) -> None:
    rows = satisfaction.rated(view())
    [(ratings, satisfied)] = direct(f"select count(*), count_if(score >= 4) from fct_csat where day {PERIOD}")
    assert (len(rows), rows["is_satisfied"].sum()) == (ratings, satisfied)
    assert satisfaction.content(rows, "team")["ratings"].sum() == ratings


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(0, 0, 0, 1), (8, 10, 0.490, 0.943), (50, 50, 0.929, 1)])
def test_the_interval_of_a_share_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    """Newcombe 1998, method 3."""
    assert satisfaction.interval(part, whole) == pytest.approx((low, high), abs=0.001)


def test_topics_count_complaints_and_add_remedies_of_one_currency(view: Callable[..., View], direct: Direct) -> None:
    now, then = topics.complaints(view()), topics.complaints(view(), view().filters.before)
    found = {row["category"]: row for row in topics.by_topic(now, then, "category", "EUR").to_dicts()}
    for path, complaints, cost in direct(
        "select c.path, count(*), coalesce(sum(remedy_amount) filter (where remedy_currency = 'EUR'), 0) from fct_tickets t "
        f"join dim_categories c using (category_id) where created_day {PERIOD} group by 1"
    ):
        assert (found[path]["complaints"], found[path]["cost"]) == (complaints, cost)
    assert sum(row["before"] for row in found.values()) == len(then)


def test_a_repeat_has_an_earlier_complaint_of_its_customer_within_thirty_days(
    view: Callable[..., View], direct: Direct
) -> None:
    rows = repeats.complaints(view())
    [(repeated,)] = direct(
        f"select count(*) from fct_tickets t where created_day {PERIOD} and exists (select 1 from fct_tickets e "
        "where e.customer_id = t.customer_id and e.created_at < t.created_at and t.created_at - e.created_at <= interval 30 day)"
    )
    assert rows["is_repeat"].sum() == repeated > 0


def test_the_map_counts_each_step_and_all_the_time_waited(view: Callable[..., View], direct: Direct) -> None:
    steps = process_map.steps(view(), "status")
    found = {
        (row["left_from"], row["went_to"]): (row["times"], row["total"]) for row in process_map.ways(steps).to_dicts()
    }
    expected = direct(
        "select coalesce(from_status, 'Complaint'), to_status, count(*), coalesce(sum(waited_seconds), 0)::bigint from fct_transitions "
        f"where ticket_id in (select ticket_id from fct_tickets where created_day {PERIOD}) group by 1, 2"
    )
    assert found == {(before, after): (times, total) for before, after, times, total in expected}
    assert process_map.variants(steps)["tickets"].sum() == steps["ticket_id"].n_unique()


def test_a_stay_that_another_step_cuts_in_two_is_waited_once(view: Callable[..., View]) -> None:
    """Between teams, every change of status is such a cut: a ticket that never moves has one step and no wait."""
    steps = process_map.steps(view(), "team")
    assert set(steps["left_from"]) == {process_map.START}
    assert steps["waited_seconds"].sum() == 0


def test_logged_hours_are_those_of_the_entries(view: Callable[..., View], direct: Direct) -> None:
    rows = time_logged.entries(view())
    [(hours, billable)] = direct(
        "select sum(duration_seconds) / 3600, sum(duration_seconds) filter (where is_billable) / 3600 "
        f"from fct_time_entries where day {PERIOD}"
    )
    found = time_logged.billed(rows, "agent").select(pl.col("hours", "billable").sum()).row(0)
    assert found == pytest.approx((hours, billable))


def test_every_complaint_and_answer_has_its_hour(view: Callable[..., View], direct: Direct) -> None:
    hours = workload.by_hour(view())
    [(came,)] = direct(f"select count(*) from fct_tickets where created_day {PERIOD}")
    [(answers,)] = direct(f"select count(*) from fct_comments where day {PERIOD} and is_by_staff and not is_internal")
    assert (len(hours), hours["came"].sum(), hours["answers"].sum()) == (7 * 24, came, answers)


def test_of_many_teams_a_chart_shows_the_dozen_weakest_that_promised_enough() -> None:
    teams = pl.DataFrame(
        {"team": [f"T{n:02}" for n in range(40)], "due": [19, 20] * 20, "kept": [n / 40 for n in range(40)]}
    )
    shown, left_out = weakest(teams, of="due", share="kept", name="team")
    assert shown["team"].to_list() == [f"T{n:02}" for n in range(1, 25, 2)]
    assert "28 more" in left_out
    assert weakest(teams.head(1), of="due", share="kept", name="team")[1] == ""
