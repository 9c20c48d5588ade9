"""A dry run says what would happen, does nothing, and what happens then is what it said; and the API around it."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.workflows.commands.dry import dry_run
from api.workflows.wire import DryRun, NewWorkflow
from tests.api.workflows.conftest import Flowing

URGENT = {
    "all": [
        {"field": "comment_is_by_customer", "operator": "is", "value": True},
        {"field": "status", "operator": "not_in", "value": ["closed"]},
    ]
}
ACTIONS = (
    {"type": "update_ticket", "priority": "high", "status": "in_progress"},
    {"type": "update_ticket", "status": "in_progress"},
    {"type": "assign_ticket", "agent_id": 1},
    {"type": "escalate_ticket"},
    {"type": "add_tags", "tags": ["again"]},
)


async def tried(flowing: Flowing, data: NewWorkflow) -> DryRun:
    async with flowing.db.open_read(flowing.world.actor("admin"), flowing.world.now) as read:
        return await dry_run(read, data)


async def test_it_predicts_what_happens_then_and_does_nothing(flowing: Flowing) -> None:
    actions = [action | ({"agent_id": flowing.world.lead} if "agent_id" in action else {}) for action in ACTIONS]
    ticket = await flowing.opened(category_id=flowing.world.category)
    silent = await flowing.opened(category_id=flowing.world.category)
    await flowing.do("customer", add_comment, ticket, NewComment(comment="Hello?"))
    before = flowing.rows("select count(*) as n from audit_logs")
    predicted = await tried(flowing, flowing.new("comment", *actions, conditions=URGENT))
    assert flowing.rows("select count(*) as n from audit_logs") == before
    assert predicted.examined == 2
    assert [match.ticket_id for match in predicted.matches] == [ticket] != [silent]
    assert [result.outcome for result in predicted.matches[0].results] == ["done", "unchanged", "done", "done", "done"]
    workflow = await flowing.workflow("comment", *actions, conditions=URGENT)
    await flowing.do("customer", add_comment, ticket, NewComment(comment="Hello??"))
    assert (await flowing.runs(workflow))[0].results == predicted.matches[0].results


async def test_it_flags_the_circles_it_would_be_part_of(flowing: Flowing) -> None:
    await flowing.workflow("escalation", {"type": "update_ticket", "priority": "low"}, name="Calm")
    await flowing.workflow("assignment", {"type": "add_tags", "tags": ["x"]}, name="Harmless")
    data = flowing.new(
        "priority_change",
        {"type": "escalate_ticket"},
        {"type": "assign_ticket", "agent_id": flowing.world.lead},
        name="New",
    )
    predicted = await tried(flowing, data)
    assert [[called.name for called in loop] for loop in predicted.loops] == [["New", "Calm"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"conditions": {"field": "status", "operator": "at_least", "value": 3}}, "workflow.conditions"),
        ({"conditions": {"field": "shoe_size", "operator": "is", "value": 3}}, "workflow.conditions"),
        ({"conditions": {"field": "comment_is_public", "operator": "is", "value": True}}, "workflow.conditions"),
        ({"conditions": {"not": {"not": {"not": {"not": {"not": {"all": []}}}}}}}, "workflow.conditions"),
        (
            {"conditions": {"all": [{"field": "priority", "operator": "is", "value": "low"}] * 51}},
            "workflow.conditions",
        ),
        ({"conditions": {"all": [], "any": []}}, "workflow.conditions"),
        ({"trigger": "time_based"}, "workflow.conditions"),
        ({"actions": [{"type": "assign_ticket", "agent_id": 999999}]}, "workflow.unknown_reference"),
        ({"actions": [{"type": "update_ticket"}]}, "workflow.actions"),
        ({"actions": [{"type": "add_comment", "comment": "{{ ticket.secret() }}"}]}, "workflow.words"),
        ({"actions": [{"type": "add_tags", "tags": ["x"]}] * 21}, None),
        ({"actions": [{"type": "explode"}]}, None),
    ],
)
async def test_what_could_not_work_is_refused(
    client: httpx.AsyncClient,
    sign_in: Callable[[str], Awaitable[dict[str, str]]],
    change: dict[str, Any],
    code: str | None,
) -> None:
    data = {"name": "x", "trigger": "ticket.created", "actions": [{"type": "add_tags", "tags": ["x"]}]} | change
    answer = await client.post("/api/workflows", json=data, headers=await sign_in("admin"))
    assert answer.status_code == (422 if code else 400), answer.text
    assert code is None or answer.json()["code"] == code


async def test_an_administrator_makes_orders_switches_and_removes_them(
    client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]]
) -> None:
    admin = await sign_in("admin")
    data = {"trigger": "ticket.created", "actions": [{"type": "add_tags", "tags": ["x"]}]}
    first, second = [
        (await client.post("/api/workflows", json=data | {"name": name}, headers=admin)).json() for name in ("a", "b")
    ]
    assert (first["is_active"], first["conditions"], second["position"]) == (False, {"all": []}, 2)
    ordered = await client.put(
        "/api/workflows/order", json={"workflow_ids": [second["id"], first["id"]]}, headers=admin
    )
    assert [workflow["name"] for workflow in ordered.json()["workflows"]] == ["b", "a"]
    path = f"/api/workflows/{first['id']}"
    assert (await client.patch(f"{path}/toggle", headers=admin)).json()["is_active"]
    changed = await client.patch(path, json={"version": 1, "name": "c"}, headers=admin)
    assert (changed.json()["version"], changed.json()["name"]) == (2, "c")
    assert (await client.patch(path, json={"version": 1, "name": "d"}, headers=admin)).status_code == 409
    customer = await sign_in("customer")
    await client.post("/api/tickets", json={"subject": "x", "description": "y"}, headers=customer)
    runs = (await client.get(f"{path}/runs", headers=admin)).json()["runs"]
    assert [(run["outcome"], run["results"]) for run in runs] == [
        ("done", [{"type": "add_tags", "outcome": "done", "changes": {"tags": ["x"]}}])
    ]
    tried = (await client.post(f"{path}/dry-run", headers=admin)).json()
    assert [match["results"][0]["outcome"] for match in tried["matches"]] == ["unchanged"]
    assert (await client.delete(path, headers=admin)).status_code == 204
    assert (await client.get(path, headers=admin)).status_code == 404
    log = (await client.get("/api/audit-logs?entity_type=workflow", headers=admin)).text
    for action in ("created", "updated", "toggled", "deleted"):
        assert f"workflow.{action}" in log
