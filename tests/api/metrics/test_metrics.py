"""What Prometheus is told is what is there, by whichever process it asks; nobody else is told."""

import asyncio
import re
from datetime import timedelta

import httpx
import msgspec
import polars as pl
import psycopg
import pytest

from api.servers.processes import free_port, stop
from api.settings import Settings
from tests.serving import start_api
from tests.worlds import World

TOKEN = "a token of Prometheus"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, metrics_token=TOKEN)


async def told(client: httpx.AsyncClient) -> dict[str, float]:
    """Every sample, by its name with labels."""
    answer = await client.get("/metrics", headers=SHOWN)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_only_who_shows_the_token_is_told(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": TOKEN + "x"}):
        assert (await client.get("/metrics", headers=headers)).status_code == 401
    assert (await client.get("/metrics", headers=SHOWN)).status_code == 200


async def test_the_figures_are_those_of_the_work(
    client: httpx.AsyncClient, world: World, owner_url: str, settings: Settings
) -> None:
    fresh = await told(client)
    assert fresh["redress_clocks_overdue"] == fresh["redress_lake_published_timestamp_seconds"] == 0
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            "insert into deliveries (channel, kind, status, created_at, next_try_at) select 'email', 'x', s, %s, %s "
            "from unnest('{waiting,waiting,dead}'::text[]) s",
            [world.now, world.now - timedelta(seconds=90)],
        )
        conn.execute(
            "insert into audit_logs (occurred_at, action, entity_type, actor_kind, visibility) "
            "values (%s, 'setting.changed', 'setting', 'system', 'internal')",
            [world.now - timedelta(seconds=30)],
        )
    pl.DataFrame({"n": [1]}).write_delta(f"{settings.lake}/_meta")
    now = await told(client)
    assert now["redress_deliveries_due"] == 2
    assert now["redress_delivery_oldest_seconds"] == 90
    assert now["redress_deliveries_dead"] == 1
    assert now["redress_log_unsealed_events"] == fresh["redress_log_unsealed_events"] + 1
    assert now["redress_log_newest_timestamp_seconds"] == world.now.timestamp() - 30
    assert now["redress_lake_published_timestamp_seconds"] > 0


async def test_a_path_is_counted_by_its_template_and_a_wrong_one_not_at_all(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.get(f"/api/tickets/{number}")
        await client.get(f"/api/nowhere/{number}")
    seen = await told(client)
    counted = [name for name in seen if name.startswith("redress_request_duration_seconds_count")]
    assert [name for name in counted if "/api/tickets/{" in name and 'status="401"' in name]
    assert not [name for name in counted if re.search(r"nowhere|/api/tickets/\d", name)]


async def test_whichever_process_is_asked_speaks_for_all(
    settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDRESS_METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("REDRESS_API_WORKERS", "2")
    port = free_port()
    child = start_api(settings, port)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            pids = 0
            while pids < 2:
                await asyncio.sleep(0.1)
                seen = await told(client)
                pids = int(seen.get('redress_pool_connections{pool="write"}', 0))
        for _ in range(40):
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                await client.get("/api/tickets/1")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            counts = [await told(client) for _ in range(2)]
        for each in counts:
            (total,) = [
                v
                for k, v in each.items()
                if k.startswith("redress_request_duration_seconds_count") and "/api/tickets/{" in k
            ]
            assert total == 40
    finally:
        stop(child)
