"""The receipt of a deadline: what it explains, to whom, and that the log alone is enough for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import psycopg
from psycopg.rows import dict_row

from api.actor import SYSTEM
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.sla.queries.receipt import facts_of, list_facts
from api.sla.queries.standing import load_promises
from api.sla.rules.clock import Clock
from api.sla.rules.clocks import fold, settle_all
from api.sweep import sweep
from api.tickets.commands.change import update_ticket
from api.tickets.commands.create import create_ticket
from api.tickets.commands.status import change_status
from api.tickets.wire import NewTicket, StatusChange, TicketPatch
from tests.acting import Acting
from tests.api.sla.conftest import As
from tests.worlds import World

People = Callable[[str], As]


async def read(client: httpx.AsyncClient, caller: As, ticket_id: int) -> dict[str, dict[str, Any]]:
    answer = await client.get(f"/api/tickets/{ticket_id}/sla", auth=caller)
    assert answer.status_code == 200, answer.text
    return {clock["target"]: clock for clock in answer.json()["clocks"]}


async def test_a_pause_names_the_event_that_caused_it(
    client: httpx.AsyncClient, as_person: People, acting: Acting, world: World, owner_url: str
) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="pending"))
    paused_at = world.now
    world.later(hours=5)
    await acting.do("customer", add_comment, ticket_id, NewComment(comment="Here it is."))
    clock = (await read(client, as_person("agent"), ticket_id))["resolution"]
    pause = clock["spans"][1]
    assert [span["kind"] for span in clock["spans"]] == ["counted", "paused", "counted"]
    assert (pause["status"], pause["cause"], datetime.fromisoformat(pause["start"])) == ("pending", "status", paused_at)
    with psycopg.connect(owner_url) as conn:
        row = conn.execute(
            "select new_values ->> 'status' from audit_logs where id = %s", [pause["event_id"]]
        ).fetchone()
    assert row == ("pending",)
    assert sum(span["seconds"] for span in clock["spans"]) == clock["target_seconds"] == 72 * 3600
    assert clock["elapsed_seconds"] == 60


async def test_a_customer_reads_the_receipt_of_their_own_ticket_without_the_inner_steps(
    client: httpx.AsyncClient, as_person: People, acting: Acting
) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    assert set(await read(client, as_person("customer"), ticket_id)) == {"first_response", "resolution"}
    assert "escalation" in await read(client, as_person("agent"), ticket_id)
    other = await client.get(f"/api/tickets/{ticket_id}/sla", auth=as_person("other_customer"))
    assert other.status_code == 404


async def test_a_breach_is_explained_up_to_the_breach_and_stays(
    client: httpx.AsyncClient, as_person: People, acting: Acting, db: Database, world: World
) -> None:
    complaint = NewTicket(subject="Fire", description="Now", priority="critical", customer_id=world.customer)
    ticket_id = await acting.do("admin", create_ticket, complaint, "web")
    opened_at = world.now
    agent = as_person("agent")
    world.later(hours=30)
    before = await read(client, agent, ticket_id)
    await sweep(db, world.now)
    assert await read(client, agent, ticket_id) == before
    clock = before["first_response"]
    assert (clock["state"], datetime.fromisoformat(clock["breached_at"])) == (
        "breached",
        opened_at + timedelta(hours=1),
    )
    assert datetime.fromisoformat(clock["spans"][-1]["end"]) == opened_at + timedelta(hours=1)


async def test_the_log_alone_makes_the_clocks_that_are_stored(
    acting: Acting, client: httpx.AsyncClient, as_person: People, db: Database, world: World, owner_url: str
) -> None:
    ticket_id = await lived(acting, client, as_person("admin"), db, world)
    await sweep(db, world.now)
    async with db.open_read(SYSTEM, world.now) as handle:
        rows = await list_facts(handle, ticket_id)
        promises = await load_promises(
            handle,
            {row.policy_version_id for row in rows if row.policy_version_id},
            {row.calendar_version_id for row in rows if row.calendar_version_id},
        )
    folded = settle_all(fold(ticket_id, facts_of(rows, promises)), world.now)
    assert len(folded.clocks) > 3
    assert by_key(folded.clocks) == by_key(stored(owner_url, ticket_id))


async def lived(acting: Acting, client: httpx.AsyncClient, admin: As, db: Database, world: World) -> int:
    """A ticket that was paused, answered, re-prioritised, re-based by two edits, resolved and reopened."""
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="pending"))
    world.later(hours=3, seconds=11)
    await acting.do("customer", add_comment, ticket_id, NewComment(comment="Still?"))
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Yes."))
    version = (await acting.seen("agent", ticket_id)).version
    await acting.do("agent", update_ticket, ticket_id, TicketPatch(version=version, priority="high"))
    hours = {day: [{"start": "08:00", "end": "18:00"}] for day in ("tuesday", "wednesday")}
    calendar = {"name": "Short", "time_zone": "Europe/Berlin", "weekly_hours": hours}
    calendar_id = (await client.post("/api/calendars", json=calendar, auth=admin)).json()["id"]
    listed = (await client.get("/api/sla-policies", auth=admin)).json()["policies"]
    high = next(policy["id"] for policy in listed if policy["name"] == "High")
    targets = {"resolution": 40_000, "next_response": 900, "periodic_update": 7_200, "escalation": 3_600}
    edit = {"calendar_id": calendar_id, "targets": targets}
    assert (await client.patch(f"/api/sla-policies/{high}", json=edit, auth=admin)).status_code == 200
    await acting.do("customer", add_comment, ticket_id, NewComment(comment="And now?"))
    world.later(hours=1)
    await sweep(db, world.now)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="resolved"))
    longer = {"holidays": [{"on": "2026-11-25", "name": "Strike"}]}
    assert (await client.patch(f"/api/calendars/{calendar_id}", json=longer, auth=admin)).status_code == 200
    world.later(hours=1)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="in_progress"))
    world.later(days=1)
    return ticket_id


def stored(url: str, ticket_id: int) -> list[Clock]:
    with psycopg.connect(url, row_factory=dict_row) as conn:
        conn.execute("set time zone 'UTC'")
        rows = conn.execute("select * from sla_clocks where ticket_id = %s", [ticket_id]).fetchall()
    return msgspec.convert(rows, list[Clock])


def by_key(clocks: Any) -> dict[tuple[str, int], dict[str, Any]]:
    """What the rules say of each clock; when it was warned of is the sweep's."""
    return {
        (clock.target, clock.cycle): {
            name: value.astimezone(UTC) if isinstance(value, datetime) else value
            for name, value in msgspec.structs.asdict(clock).items()
            if name != "warned_at"
        }
        for clock in clocks
    }
