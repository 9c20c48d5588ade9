"""`/api/events`: nothing twice, nothing missed, and only what its reader may see."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import psycopg
import pytest

from api.db import Database
from tests.acting import Acting
from tests.api.events.test_log import append, eventually, is_settled
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def followed(client: httpx.AsyncClient, headers: dict[str, str], limit: int, after: str = "") -> list[Any]:
    """Every event from a cursor to the end of what is settled."""
    found: list[Any] = []
    while True:
        query = f"limit={limit}" + (f"&after={after}" if after else "")
        page = (await client.get(f"/api/events?{query}", headers=headers)).json()
        found += page["events"]
        after = page["next"]
        if not page["has_more"]:
            return found


async def test_a_transaction_that_commits_late_is_in_the_feed_once(
    client: httpx.AsyncClient, sign_in: SignIn, database_url: str
) -> None:
    headers = await sign_in("admin")
    await eventually(lambda: is_settled(database_url))
    start = (await client.get("/api/events?limit=10000", headers=headers)).json()["next"]
    with psycopg.connect(database_url) as slow, psycopg.connect(database_url) as fast:
        late, early = append(slow, 1), append(fast, 2)
        fast.commit()
        page = (await client.get(f"/api/events?after={start}", headers=headers)).json()
        assert page["events"] == []
        slow.commit()
    await eventually(lambda: is_settled(database_url))
    rest = await followed(client, headers, 1, page["next"])
    assert sorted(event["id"] for event in rest) == sorted([late, early])


async def test_pages_of_any_size_add_up_to_the_log(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, database_url: str
) -> None:
    for _ in range(3):
        await acting.opened()
    headers = await sign_in("admin")
    await eventually(lambda: is_settled(database_url))
    with psycopg.connect(database_url) as conn:
        ids = [row[0] for row in conn.execute("select id from audit_logs order by tx, id")]
    for limit in (1, 2, 1000):
        assert [event["id"] for event in await followed(client, headers, limit)] == ids


async def test_ndjson_says_the_same_and_where_to_go_on(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, database_url: str
) -> None:
    await acting.opened()
    headers = await sign_in("admin")
    await eventually(lambda: is_settled(database_url))
    page = (await client.get("/api/events", headers=headers)).json()
    lines = await client.get("/api/events", headers=headers | {"Accept": "application/x-ndjson"})
    assert lines.headers["Content-Type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in lines.text.splitlines()] == page["events"]
    assert f"after={page['next']}" in lines.headers["Link"]


async def test_an_agent_gets_events_of_tickets_they_may_see_and_goes_on_past_others(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, database_url: str, owner_url: str, world: World
) -> None:
    theirs = await acting.opened(category_id=world.category)
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('restrict_to_team', 'true', %s)",
            [world.now],
        )
    headers = {who: await sign_in(who) for who in ("agent", "outsider", "customer")}
    await eventually(lambda: is_settled(database_url))
    assert {event["ticket_id"] for event in await followed(client, headers["agent"], 1)} == {theirs}
    assert await followed(client, headers["outsider"], 1) == []
    assert (await client.get("/api/events", headers=headers["customer"])).status_code == 403


@pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "-1.0", "1.1.1", "9" * 30 + ".1"])
async def test_a_cursor_that_is_none_is_refused(client: httpx.AsyncClient, sign_in: SignIn, cursor: str) -> None:
    assert (await client.get(f"/api/events?after={cursor}", headers=await sign_in("admin"))).status_code == 400
