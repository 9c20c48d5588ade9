"""Who gets in, and which rows they see."""

from collections.abc import Callable

import pytest

from api.settings import Settings
from dashboards import access
from dashboards.access import Refusal, Viewer, admit
from dashboards.data import RULES, ask, open_lake
from dashboards.layout import View
from dashboards.screens import backlog, breaches, compliance, productivity
from tests.dashboards.conftest import ADMIN, AGENT, TEAMLESS, Direct
from tests.dashboards.made import TEAMS

NOBODY_LISTENS = Settings(port=9)


def test_without_a_session_one_is_sent_to_sign_in() -> None:
    found = admit(NOBODY_LISTENS, {})
    assert isinstance(found, Refusal)
    assert found.link == "http://localhost:9/sign-in"


def test_when_the_api_is_down_nobody_gets_in() -> None:
    found = admit(NOBODY_LISTENS, {"redress_session": "anything"})
    assert isinstance(found, Refusal)
    assert "not answering" in found.title


def test_the_session_behind_tls_is_found_too() -> None:
    assert access.session_cookie({"__Host-redress_session": "a", "redress_session": "b"}) == (
        "__Host-redress_session",
        "a",
    )
    assert access.session_cookie({"other": "c", "redress_session": ""}) is None


@pytest.mark.parametrize("mart", sorted(name for name in RULES if name.startswith("fct_")))
def test_who_has_no_team_sees_no_row_of_any_fact(mart: str, lake: str) -> None:
    found = open_lake(lake)
    sql = f"select count(*)::bigint as n from {mart}"
    assert ask(found, TEAMLESS, sql, {})["n"][0] == 0
    assert ask(found, ADMIN, sql, {})["n"][0] == found.tables[mart].rows


@pytest.mark.parametrize("mart", ["fct_tickets", "fct_sla_clocks", "fct_sla_daily", "fct_backlog_daily"])
def test_an_agent_sees_the_rows_of_their_team_and_all_of_them(mart: str, lake: str, direct: Direct) -> None:
    rows = ask(open_lake(lake), AGENT, f"select team_id, count(*)::bigint as n from {mart} group by all", {})
    assert rows.rows() == direct(f"select team_id, count(*) from {mart} where team_id = 1 group by all")


def test_a_wish_for_another_team_shows_nothing(view: Callable[..., View]) -> None:
    wish = view(AGENT, teams=(2, 3))
    assert backlog.waiting(wish).is_empty()
    assert compliance.decided(wish).is_empty()
    assert breaches.broken(wish).is_empty()
    assert productivity.agents(wish).is_empty()


def test_an_agent_sees_the_days_of_their_teams_people(lake: str, direct: Direct) -> None:
    seen = ask(open_lake(lake), AGENT, "select distinct agent_id from fct_agent_daily order by 1", {})[
        "agent_id"
    ].to_list()
    assert seen == [
        row[0] for row in direct("select agent_id from dim_agents where list_contains(team_ids, 1) order by 1")
    ]


def test_two_viewers_of_one_query_get_their_own_rows(lake: str) -> None:
    found, sql = open_lake(lake), "select count(*)::bigint as n from fct_tickets"
    counts = [ask(found, viewer, sql, {})["n"][0] for viewer in (ADMIN, AGENT, ADMIN, TEAMLESS, AGENT)]
    assert counts[0] == counts[2] > counts[1] == counts[4] > counts[3] == 0


def test_a_table_without_a_rule_cannot_be_read(lake: str) -> None:
    with pytest.raises(KeyError):
        ask(open_lake(lake), ADMIN, "select * from fct_unknown", {})


def test_rights_are_never_text_in_a_query(lake: str) -> None:
    """A team's id is a parameter: nothing a viewer is can end up as SQL."""
    strange = Viewer(id=9, name="'; drop", role="agent", teams=(access.TeamOfViewer(1, "x'); --"),))
    assert ask(open_lake(lake), strange, "select distinct team_id from fct_tickets", {})["team_id"].to_list() == [
        min(TEAMS)
    ]
