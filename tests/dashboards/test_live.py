"""What is so at this moment is the API's to say, and the page says when each number is of."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx
import msgspec

from dashboards import live
from dashboards.layout import View
from dashboards.live import OpenNow, Product, RiskNow
from dashboards.screens import backlog
from tests.dashboards.conftest import Run
from tests.worlds import World


async def test_the_figures_are_those_that_the_api_answers(
    client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]], world: World
) -> None:
    headers = await sign_in("customer")
    for subject in ("Router drops", "Wrong bill"):
        made = await client.post("/api/tickets", json={"subject": subject, "description": "Again."}, headers=headers)
        assert made.status_code == 201
    headers = await sign_in("admin")
    waits = msgspec.json.decode((await client.get("/api/analytics/backlog", headers=headers)).content, type=OpenNow)
    assert waits.total == 2 == sum(each.count for each in waits.by_team)
    assert waits.of([each.id or 0 for each in waits.by_team]) == 2
    assert waits.of([10**6]) == 0
    risk = msgspec.json.decode((await client.get("/api/analytics/dashboard", headers=headers)).content, type=RiskNow)
    assert (risk.at_risk, risk.breached) == (0, 0)


def test_both_numbers_stand_with_their_instants() -> None:
    said = live.beside(
        "3 open tickets", datetime(2026, 11, 24, 9, 31, tzinfo=UTC), "2", datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
    )
    assert (
        said
        == "**Now: 3 open tickets** :gray[by the product, 24 Nov 2026, 09:31 UTC; 2 by the warehouse, 24 Nov 2026, 09:12 UTC.]"
    )


def test_a_page_does_without_when_nobody_answers(run: Run, view: Callable[..., View]) -> None:
    assert live.open_now(Product("http://127.0.0.1:9", ("redress_session", "x"))) is None
    app = run(backlog)
    assert not app.exception
    assert not any("Now:" in text.value for text in app.markdown)
