"""What of a ticket its customer is shown, wherever it is shown."""

from collections.abc import Awaitable, Callable

import httpx
import psycopg
import pytest

from api.db import Database
from tests.acting import Acting
from tests.worlds import World


@pytest.mark.parametrize(("who", "tags", "has_skill"), [("customer", [], False), ("agent", ["legal-hold"], True)])
async def test_tags_and_skill_stay_with_the_team(
    client: httpx.AsyncClient,
    sign_in: Callable[[str], Awaitable[dict[str, str]]],
    db: Database,
    world: World,
    owner_url: str,
    who: str,
    tags: list[str],
    has_skill: bool,
) -> None:
    ticket = await Acting(db, world).opened(category_id=world.category)
    with psycopg.connect(owner_url) as conn:
        conn.execute("update tickets set tags = '{legal-hold}' where id = %s", [ticket])
    headers = await sign_in(who)
    (listed,) = (await client.get("/api/tickets", headers=headers)).json()["tickets"]
    (found,) = (await client.get("/api/search?q=router", headers=headers)).json()["tickets"]
    one = (await client.get(f"/api/tickets/{ticket}", headers=headers)).json()
    assert [shown["tags"] for shown in (listed, found, one)] == [tags] * 3
    assert [bool(shown) for shown in (listed["skill_id"], found["skill_id"], one["skill"])] == [has_skill] * 3
