"""Time fires a workflow once for each stay of a ticket in a status, whether the ticket was there before or comes later."""

import pytest

from api.db import Database
from api.sweep import is_anything_due
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from api.workflows.commands.edit import update_workflow
from api.workflows.wire import WorkflowPatch
from tests.api.workflows.conftest import Flowing
from tests.worlds import NOON

STUCK = {
    "all": [
        {"field": "hours_since_status_change", "operator": "at_least", "value": 3},
        {"field": "status", "operator": "is", "value": "pending"},
    ]
}


async def pending(flowing: Flowing) -> int:
    ticket = await flowing.opened(category_id=flowing.world.category)
    await flowing.do("agent", change_status, ticket, StatusChange(status="pending"))
    return ticket


async def fired(flowing: Flowing) -> list[int]:
    rows = flowing.rows("select ticket_id from audit_logs where action = 'workflow.fired' order by id")
    return [row["ticket_id"] for row in rows]


async def test_each_stay_in_a_status_fires_once_however_often_the_sweep_looks(flowing: Flowing) -> None:
    before = await pending(flowing)
    await flowing.swept(hours=2)
    workflow = await flowing.workflow("time_based", {"type": "add_tags", "tags": ["stuck"]}, conditions=STUCK)
    later = await pending(flowing)
    await flowing.swept(minutes=2)
    assert await fired(flowing) == []
    await flowing.swept(hours=1, minutes=30)
    assert await fired(flowing) == [before]
    for _ in range(3):
        await flowing.swept(hours=2)
    assert await fired(flowing) == [before, later]
    await flowing.do("agent", change_status, later, StatusChange(status="in_progress"))
    await flowing.swept(hours=4)
    await flowing.do("agent", change_status, later, StatusChange(status="pending"))
    await flowing.swept(hours=4)
    assert await fired(flowing) == [before, later, later]
    assert [(run.ticket_id, run.outcome) for run in await flowing.runs(workflow)] == [
        (later, "done"),
        (later, "done"),
        (before, "done"),
    ]


async def test_another_version_fires_anew(flowing: Flowing) -> None:
    ticket = await pending(flowing)
    workflow = await flowing.workflow("time_based", {"type": "add_tags", "tags": ["stuck"]}, conditions=STUCK)
    await flowing.swept(hours=4)
    await flowing.do("admin", update_workflow, workflow.id, WorkflowPatch(version=1, name="Another"))
    await flowing.swept(minutes=1)
    await flowing.swept(minutes=5)
    assert await fired(flowing) == [ticket, ticket]


async def test_a_ticket_that_comes_to_match_after_its_hour_fires_then(flowing: Flowing) -> None:
    tagged = {
        "all": [
            {"field": "hours_since_created", "operator": "at_least", "value": 3},
            {"field": "priority", "operator": "is", "value": "low"},
        ]
    }
    await flowing.workflow("time_based", {"type": "add_tags", "tags": ["old"]}, conditions=tagged)
    ticket = await flowing.opened(category_id=flowing.world.category)
    await flowing.swept(hours=5)
    assert await fired(flowing) == []
    from api.tickets.commands.bulk import change_tickets
    from api.tickets.wire import BulkChange

    await flowing.do("agent", change_tickets, BulkChange(ticket_ids=[ticket], priority="low"))
    await flowing.swept(minutes=2)
    assert await fired(flowing) == [ticket]


async def test_a_backlog_larger_than_a_batch_is_looked_at_to_its_end(
    flowing: Flowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import sweep
    from api.workflows import sweep as steps

    monkeypatch.setattr(steps, "BATCH", 2)
    monkeypatch.setitem(sweep.STEPS, "fired", (steps.fire_by_time, 2))
    tickets = [await pending(flowing) for _ in range(5)]
    await flowing.workflow("time_based", {"type": "add_tags", "tags": ["stuck"]}, conditions=STUCK)
    more = [await pending(flowing) for _ in range(5)]
    await flowing.swept(minutes=3)
    await flowing.swept(hours=6)
    await flowing.swept(minutes=3)
    assert sorted(await fired(flowing)) == tickets + more


async def test_the_sweep_is_due_when_the_hour_has_come_and_not_before(flowing: Flowing, db: Database) -> None:
    await flowing.workflow("time_based", {"type": "add_tags", "tags": ["old"]}, conditions={
        "field": "hours_since_created", "operator": "at_least", "value": 2})  # fmt: skip
    assert await is_anything_due(db, flowing.world.now)  # those that are there are to be looked at
    await flowing.swept(minutes=5)
    flowing.rows("update users set availability = 'offline' where role = 'agent' returning id")
    await flowing.opened()
    await flowing.swept(minutes=5)
    assert not await is_anything_due(db, flowing.world.later(minutes=5))
    assert await is_anything_due(db, flowing.world.later(hours=2))
    await flowing.swept(minutes=1)
    await flowing.swept(minutes=1)
    assert len(await fired(flowing)) == 1
    assert not await is_anything_due(db, flowing.world.later(minutes=2))
    assert flowing.world.now > NOON
