"""The page that says how a deadline came about: for staff, and for the customer whose deadline it is."""

from collections.abc import Awaitable, Callable

import httpx

from api.db import Database
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.acting import Acting
from tests.worlds import World


async def test_the_page_names_pause_policy_and_target(
    client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]], db: Database, world: World
) -> None:
    acting = Acting(db, world)
    ticket_id = await acting.opened(category_id=world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="pending"))
    world.later(minutes=5)
    staff = await client.get(f"/tickets/{ticket_id}/sla", headers=await sign_in("agent"))
    assert staff.status_code == 200, staff.text
    for words in ("policy Medium, version 1", "Paused: Pending", "since the status changed to Pending", "Escalation"):
        assert words in " ".join(staff.text.split())
    theirs = await client.get(f"/complaints/{ticket_id}/sla", headers=await sign_in("customer"))
    assert theirs.status_code == 200 and "Resolution" in theirs.text and "Escalation" not in theirs.text
    refused = await client.get(f"/complaints/{ticket_id}/sla", headers=await sign_in("other_customer"))
    assert refused.status_code == 404
