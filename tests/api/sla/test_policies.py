"""Policies over HTTP: versioned, ordered, never rewriting the past, and shown before they are saved."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.db import Database
from api.sla.sweep import rebase_waiting
from api.sweep import STEPS, is_anything_due, sweep
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.acting import Acting
from tests.api.sla.conftest import As
from tests.worlds import World

HOUR = 3600


async def medium(client: httpx.AsyncClient, admin: As) -> dict[str, Any]:
    listed = (await client.get("/api/sla-policies", auth=admin)).json()["policies"]
    return next(policy for policy in listed if policy["name"] == "Medium")


async def receipt(client: httpx.AsyncClient, caller: As, ticket_id: int) -> dict[str, dict[str, Any]]:
    answer = await client.get(f"/api/tickets/{ticket_id}/sla", auth=caller)
    assert answer.status_code == 200, answer.text
    return {clock["target"]: clock for clock in answer.json()["clocks"]}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def events(url: str, action: str) -> list[dict[str, Any]]:
    with psycopg.connect(url) as conn:
        rows = conn.execute("select new_values from audit_logs where action = %s order by id", [action]).fetchall()
    return [row[0] for row in rows]


async def test_a_policy_is_asked_at_its_place(client: httpx.AsyncClient, admin: As, acting: Acting) -> None:
    body = {"name": "Gold", "targets": {"resolution": HOUR}, "conditions": {"priority": ["medium"]}}
    last = (await client.post("/api/sla-policies", json=body, auth=admin)).json()
    assert (last["position"], last["version"], last["pauses_on"]["resolution"]) == (5, 1, ["pending"])
    before = await receipt(client, admin, await acting.opened(category_id=acting.world.category))
    assert before["resolution"]["target_seconds"] == 72 * HOUR
    await client.patch(f"/api/sla-policies/{last['id']}", json={"position": 1}, auth=admin)
    listed = (await client.get("/api/sla-policies", auth=admin)).json()["policies"]
    assert [(policy["name"], policy["position"]) for policy in listed] == [
        ("Gold", 1), ("Critical", 2), ("High", 3), ("Medium", 4), ("Low", 5),
    ]  # fmt: skip
    after = await receipt(client, admin, await acting.opened(category_id=acting.world.category))
    assert after["resolution"]["target_seconds"] == HOUR


async def test_an_edit_rebases_running_clocks_and_what_was_used_counts(
    client: httpx.AsyncClient, admin: As, acting: Acting, world: World, owner_url: str
) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    started_at = world.now
    world.later(hours=2)
    policy = await medium(client, admin)
    edit = {"targets": {"first_response": 8 * HOUR, "resolution": 10 * HOUR}}
    edited = (await client.patch(f"/api/sla-policies/{policy['id']}", json=edit, auth=admin)).json()
    assert edited["version"] == 2
    clocks = await receipt(client, admin, ticket_id)
    assert instant(clocks["resolution"]["due_at"]) == started_at + timedelta(hours=10)
    assert clocks["resolution"]["elapsed_seconds"] == 2 * HOUR
    promises = clocks["resolution"]["promises"]
    assert [(p["policy"]["version"], p["target_seconds"], p["elapsed_seconds"]) for p in promises] == [
        (1, 72 * HOUR, 0),
        (2, 10 * HOUR, 2 * HOUR),
    ]
    assert clocks["escalation"]["state"] == "paused"
    assert events(owner_url, "sla.applied")[-1]["policy_version_id"] == edited["version_id"]
    assert events(owner_url, "sla_policy.updated")[-1]["targets"] == edit["targets"]


async def test_an_edit_never_rewrites_the_past(
    client: httpx.AsyncClient, admin: As, acting: Acting, world: World, owner_url: str
) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="resolved"))
    before = await receipt(client, admin, ticket_id)
    world.later(hours=1)
    policy = await medium(client, admin)
    await client.patch(f"/api/sla-policies/{policy['id']}", json={"targets": {"resolution": 60}}, auth=admin)
    after = await receipt(client, admin, ticket_id)
    assert (after["resolution"], after["escalation"]) == (before["resolution"], before["escalation"])
    with psycopg.connect(owner_url) as conn:
        kept = conn.execute(
            "select targets, conditions from sla_policy_versions where id = %s", [policy["version_id"]]
        ).fetchone()
    assert kept == (policy["targets"], policy["conditions"])


async def test_a_reopened_ticket_gets_the_version_that_holds_then(
    client: httpx.AsyncClient, admin: As, acting: Acting, world: World
) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="resolved"))
    policy = await medium(client, admin)
    await client.patch(f"/api/sla-policies/{policy['id']}", json={"targets": {"resolution": HOUR}}, auth=admin)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="in_progress"))
    clock = (await receipt(client, admin, ticket_id))["resolution"]
    assert clock["target_seconds"] == HOUR
    # a minute was used before it was resolved
    assert instant(clock["due_at"]) == world.now + timedelta(minutes=59)


async def test_a_preview_tells_what_saving_does_and_changes_nothing(
    client: httpx.AsyncClient, admin: As, acting: Acting, world: World, owner_url: str
) -> None:
    quick, slow = (
        await acting.opened(category_id=acting.world.category),
        await acting.opened(priority="low", category_id=acting.world.category),
    )
    await acting.do(
        "agent", change_status, await acting.opened(category_id=acting.world.category), StatusChange(status="resolved")
    )
    world.later(hours=3)
    policy = await medium(client, admin)
    edit = {"targets": {"first_response": 8 * HOUR, "resolution": 2 * HOUR, "escalation": int(3.5 * HOUR)}}
    count = len(events(owner_url, "sla.applied"))
    preview = (await client.post(f"/api/sla-policies/{policy['id']}/preview", json=edit, auth=admin)).json()
    assert {name: preview[name] for name in preview if name != "examples"} == {
        "tickets": 1, "clocks_moved": 2, "become_at_risk": 1, "become_breached": 1, "is_complete": True,
    }  # fmt: skip
    assert [(row["ticket_id"], row["target"], row["state_after"]) for row in preview["examples"]] == [
        (quick, "resolution", "breached"),
        (quick, "escalation", "at_risk"),
    ]
    assert (await medium(client, admin), len(events(owner_url, "sla.applied"))) == (policy, count)
    await client.patch(f"/api/sla-policies/{policy['id']}", json=edit, auth=admin)
    saved = await receipt(client, admin, quick)
    for row in preview["examples"]:
        assert saved[row["target"]]["due_at"] == row["due_after"]
    assert (await receipt(client, admin, slow))["resolution"]["target_seconds"] == 168 * HOUR


async def test_an_edit_moves_no_ticket_to_a_policy_that_would_have_matched_all_along(
    client: httpx.AsyncClient, admin: As, acting: Acting
) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    body = {"name": "Everything", "targets": {"resolution": HOUR}, "position": 1}
    await client.post("/api/sla-policies", json=body, auth=admin)
    policy = await medium(client, admin)
    await client.patch(f"/api/sla-policies/{policy['id']}", json={"targets": {"resolution": 5 * HOUR}}, auth=admin)
    assert (await receipt(client, admin, ticket_id))["resolution"]["target_seconds"] == 5 * HOUR


async def test_a_policy_out_of_use_hands_its_tickets_to_the_next_that_matches(
    client: httpx.AsyncClient, admin: As, acting: Acting
) -> None:
    body = {"name": "Everything", "targets": {"resolution": 9 * HOUR}}
    await client.post("/api/sla-policies", json=body, auth=admin)
    ticket_id = await acting.opened(category_id=acting.world.category)
    policy = await medium(client, admin)
    await client.patch(f"/api/sla-policies/{policy['id']}", json={"is_active": False}, auth=admin)
    promised = (await receipt(client, admin, ticket_id))["resolution"]["promises"]
    assert [promise["policy"]["name"] for promise in promised] == ["Medium", "Everything"]
    assert (await receipt(client, admin, await acting.opened(category_id=acting.world.category)))["resolution"][
        "target_seconds"
    ] == 9 * HOUR


async def test_the_sweep_finds_what_the_edit_could_not_reach(
    client: httpx.AsyncClient, admin: As, acting: Acting, db: Database, world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("api.sla.commands.rebase.AT_ONCE", 1)
    monkeypatch.setattr("api.sla.sweep.REBASE_BATCH", 2)
    monkeypatch.setitem(STEPS, "rebased", (rebase_waiting, 2))
    tickets = [await acting.opened(category_id=acting.world.category) for _ in range(6)]
    policy = await medium(client, admin)
    await client.patch(f"/api/sla-policies/{policy['id']}", json={"targets": {"resolution": 5 * HOUR}}, auth=admin)
    lengths = [(await receipt(client, admin, ticket))["resolution"]["target_seconds"] for ticket in tickets]
    assert lengths == [5 * HOUR, *[72 * HOUR] * 5]
    assert not await is_anything_due(db, world.now)
    assert await is_anything_due(db, world.later(minutes=1))
    assert (await sweep(db, world.now)).is_complete
    lengths = [(await receipt(client, admin, ticket))["resolution"]["target_seconds"] for ticket in tickets]
    assert lengths == [5 * HOUR] * 6
    assert not await is_anything_due(db, world.now)


async def test_nothing_to_change_writes_nothing(client: httpx.AsyncClient, admin: As, owner_url: str) -> None:
    policy = await medium(client, admin)
    same = {name: policy[name] for name in ("name", "targets", "conditions", "pauses_on", "calendar_id", "position")}
    answer = await client.patch(f"/api/sla-policies/{policy['id']}", json=same, auth=admin)
    assert (answer.status_code, answer.json()) == (200, policy)
    assert events(owner_url, "sla_policy.updated") == []


@pytest.mark.parametrize(
    ("edit", "status", "code"),
    [
        ({"targets": {"lunch": 60}}, 422, "sla_policy.terms"),
        ({"pauses_on": {"first_response": ["pending"]}}, 422, "sla_policy.terms"),
        ({"calendar_id": 99}, 422, "sla_policy.unknown_reference"),
        ({"conditions": {"team_id": [99]}}, 422, "sla_policy.unknown_reference"),
        ({"name": "High"}, 409, "sla_policy.name_taken"),
        ({"targets": {"resolution": 0}}, 400, "validation"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_preview_and_edit_alike(
    client: httpx.AsyncClient, admin: As, edit: dict[str, Any], status: int, code: str
) -> None:
    policy = await medium(client, admin)
    saved = await client.patch(f"/api/sla-policies/{policy['id']}", json=edit, auth=admin)
    tried = await client.post(f"/api/sla-policies/{policy['id']}/preview", json=edit, auth=admin)
    assert (saved.status_code, saved.json()["code"]) == (tried.status_code, tried.json()["code"]) == (status, code)
