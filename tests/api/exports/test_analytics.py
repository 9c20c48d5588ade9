"""Figures as a workbook: the same as the API's, with charts and what they mean."""

import zipfile
from collections.abc import Awaitable, Callable
from io import BytesIO

import httpx
import pytest

from api.db import Database
from tests.acting import Acting
from tests.api.exports.files import column, sheet
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def test_figures_are_those_of_the_api_with_charts(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, world: World
) -> None:
    for n in range(4):
        await acting.opened(subject=f"=1+{n}", priority="high" if n else "low", category_id=world.category)
    headers = await sign_in("agent")
    answer = await client.get("/api/export/analytics/excel?days=7", headers=headers)
    dashboard = (await client.get("/api/analytics/dashboard?days=7", headers=headers)).json()
    trends = (await client.get("/api/analytics/trends?days=7", headers=headers)).json()["days"]
    agents = (await client.get("/api/analytics/agent-productivity?days=7", headers=headers)).json()["agents"]
    overview = dict(row[:2] for row in sheet(answer, "Overview"))
    assert overview["Active"] == dashboard["active"] == 4
    assert overview["Created in 7 days"] == dashboard["created"]
    assert column(sheet(answer, "Trends"), "Created") == [day["created"] for day in trends]
    assert [f"{day:%Y-%m-%d}" for day in column(sheet(answer, "Trends"), "Day (UTC)")] == [day["on"] for day in trends]
    assert column(sheet(answer, "Agents"), "Agent") == [agent["name"] for agent in agents]
    assert "=1+0" in str(sheet(answer, "Backlog"))
    assert "no ranking" in str(sheet(answer, "Definitions"))
    with zipfile.ZipFile(BytesIO(answer.content)) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) >= 5
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/"))


async def test_an_installation_without_tickets_has_figures_too(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    answer = await client.get("/api/export/analytics/excel", headers=await sign_in("admin"))
    assert dict(row[:2] for row in sheet(answer, "Overview"))["Active"] == 0


async def test_customers_get_no_figures(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    assert (await client.get("/api/export/analytics/excel", headers=await sign_in("customer"))).status_code == 403
