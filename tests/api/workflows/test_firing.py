"""Every trigger fires, every action acts, on whatever comes: one ticket or five hundred, and whoever fails."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import psycopg
import pytest

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.sla.queries.receipt import get_receipt
from api.tickets.commands.bulk import change_tickets
from api.tickets.commands.escalate import escalate_ticket
from api.tickets.commands.status import change_status
from api.tickets.wire import BulkChange, Escalation, StatusChange
from api.webhooks.commands import create_webhook
from api.webhooks.wire import NewWebhook
from api.workflows.commands.edit import delete_workflow, toggle_workflow, update_workflow
from api.workflows.wire import WorkflowPatch
from tests.api.workflows.conftest import Flowing

PENDING = {"field": "hours_since_created", "operator": "at_least", "value": 200}


async def created(flowing: Flowing, ticket: int) -> None:
    """It was, already."""


async def status_changed(flowing: Flowing, ticket: int) -> None:
    await flowing.do("agent", change_status, ticket, StatusChange(status="in_progress"))


async def reprioritised(flowing: Flowing, ticket: int) -> None:
    await flowing.do("agent", change_tickets, BulkChange(ticket_ids=[ticket], priority="low"))


async def assigned(flowing: Flowing, ticket: int) -> None:
    await flowing.do("agent", change_tickets, BulkChange(ticket_ids=[ticket], agent_id=flowing.world.agent))


async def commented(flowing: Flowing, ticket: int) -> None:
    await flowing.do("customer", add_comment, ticket, NewComment(comment="Still nothing."))


async def escalated(flowing: Flowing, ticket: int) -> None:
    await flowing.do("agent", escalate_ticket, ticket, Escalation(reason="Angry"))


async def warned(flowing: Flowing, ticket: int) -> None:
    await flowing.swept(hours=7)


async def swept(flowing: Flowing, ticket: int) -> None:
    await flowing.swept(hours=7)
    await flowing.swept(hours=200)
    await flowing.swept(minutes=2)  # the breach before has only just changed the ticket


PULLS: dict[str, Callable[[Flowing, int], Awaitable[None]]] = {
    "ticket.created": created,
    "status_change": status_changed,
    "priority_change": reprioritised,
    "assignment": assigned,
    "comment": commented,
    "escalation": escalated,
    "sla_breach": swept,
    "at_risk": warned,
    "time_based": swept,
}


def did_what(flowing: Flowing, ticket: int) -> dict[str, Callable[[], bool]]:
    """For each action, whether its deed is done, as the tables have it."""
    internal = "select body from comments where ticket_id = %s and author_id is null and is_internal"
    sent = (
        "select * from deliveries where ticket_id = %s and channel = %s and kind in ('workflow', 'workflow.triggered')"
    )
    notices = "select details from notifications where ticket_id = %s and kind = 'workflow' and user_id = %s"
    row = flowing.rows("select * from tickets where id = %s", ticket)[0]
    number = row["number"]
    return {
        "send_email": lambda: [m["payload"]["subject"] for m in flowing.rows(sent, ticket, "email")] == [f"About {number}"],
        "send_notification": lambda: [n["details"] for n in flowing.rows(notices, ticket, flowing.world.lead)]
        == [{"text": f"Look at {number}"}],
        "update_ticket": lambda: row["priority"] == "critical" and row["skill_id"] == flowing.world.skill,
        "assign_ticket": lambda: row["assigned_agent_id"] == flowing.world.outsider,
        "add_comment": lambda: [c["body"] for c in flowing.rows(internal, ticket)] == [f"{number} of Customer"],
        "add_tags": lambda: row["tags"] == ["seen"],
        "trigger_webhook": lambda: [d["payload"]["data"]["ticket"]["number"] for d in flowing.rows(sent, ticket, "webhook")]
        == [number],
        "escalate_ticket": lambda: "ticket.escalated" in flowing.told(ticket),
    }  # fmt: skip


@pytest.mark.parametrize(
    "action",
    ["send_email", "send_notification", "update_ticket", "assign_ticket", "add_comment", "add_tags", "trigger_webhook", "escalate_ticket"],
)  # fmt: skip
async def test_every_trigger_leads_to_every_action_once(flowing: Flowing, action: str) -> None:
    webhook = await flowing.do(
        "admin", create_webhook, NewWebhook(name="Orders", url="https://example.com/hook", events=["csat.rated"], is_active=True)
    )  # fmt: skip
    said: dict[str, dict[str, Any]] = {
        "send_email": {"to": ["customer"], "subject": "About {{ ticket.number }}", "body": "Dear **{{ customer.name }}**"},
        "send_notification": {"to": ["team_leads"], "text": "Look at {{ ticket.number }}"},
        "update_ticket": {"priority": "critical", "skill_id": flowing.world.skill},
        "assign_ticket": {"agent_id": flowing.world.outsider},
        "add_comment": {"comment": "{{ ticket.number }} of {{ customer.name }}"},
        "add_tags": {"tags": ["seen"]},
        "trigger_webhook": {"webhook_id": webhook.id},
        "escalate_ticket": {"escalate_to": flowing.world.lead},
    }  # fmt: skip
    for trigger, pull in PULLS.items():
        team = {"field": "team_id", "operator": "is", "value": flowing.world.team}
        conditions = {"all": [team, PENDING]} if trigger == "time_based" else team
        if trigger in ("sla_breach", "at_risk"):
            conditions = {"all": [team, {"field": "sla_target", "operator": "is", "value": "first_response"}]}
        if trigger == "assignment":
            conditions = {"all": [team, {"field": "assigned_agent_id", "operator": "is", "value": flowing.world.agent}]}
        workflow = await flowing.workflow(trigger, {"type": action, **said[action]}, conditions=conditions)
        auto_assign = {"customer_id": flowing.world.customer, "auto_assign": False, "team_id": flowing.world.team}
        ticket = await flowing.do("admin", _create, auto_assign)
        await pull(flowing, ticket)
        runs = [run for run in await flowing.runs(workflow) if run.ticket_id == ticket]
        assert [(run.outcome, run.depth) for run in runs] == [("done", 1)], (trigger, runs)
        assert did_what(flowing, ticket)[action](), trigger
        await flowing.do("admin", delete_workflow, workflow.id)


async def _create(tx: Any, fields: dict[str, Any]) -> int:
    from api.tickets.commands.create import create_ticket
    from api.tickets.wire import NewTicket

    return await create_ticket(
        tx, msgspec.convert({"subject": "Router", "description": "Drops", **fields}, NewTicket), "web"
    )


async def test_actions_follow_one_another_and_the_next_workflow_sees_what_the_last_did(flowing: Flowing) -> None:
    flowing_skill = {"type": "update_ticket", "priority": "critical", "skill_id": flowing.world.skill}
    await flowing.workflow(
        "ticket.created", {"type": "escalate_ticket"}, {"type": "assign_ticket", "agent_id": flowing.world.outsider}, flowing_skill
    )  # fmt: skip
    second = await flowing.workflow(
        "ticket.created",
        {"type": "add_tags", "tags": ["hot"]},
        conditions={"all": [
            {"field": "priority", "operator": "is", "value": "critical"},
            {"field": "status", "operator": "is", "value": "escalated"},
            {"field": "assigned_agent_id", "operator": "is", "value": flowing.world.outsider},
        ]},
    )  # fmt: skip
    ticket = await flowing.opened(category_id=flowing.world.category)
    assert (await flowing.seen("admin", ticket)).tags == ["hot"]
    assert len(await flowing.runs(second)) == 1
    assert [action for action in flowing.told(ticket) if action.startswith("ticket.")] == [
        "ticket.escalated", "ticket.assigned", "ticket.priority_changed", "ticket.updated"
    ]  # fmt: skip


async def test_what_a_workflow_says_keeps_no_promise_to_answer(flowing: Flowing) -> None:
    await flowing.workflow(
        "ticket.created", {"type": "add_comment", "comment": "We have got it.", "is_internal": False}
    )
    ticket = await flowing.opened(category_id=flowing.world.category)

    async def answered_at() -> list[Any]:
        async with flowing.db.open_read(flowing.world.actor("agent"), flowing.world.now) as read:
            receipt = await get_receipt(read, ticket)
        seen = await flowing.seen("agent", ticket)
        return [c.met_at for clocks in (seen.clocks, receipt.clocks) for c in clocks if c.target == "first_response"]

    assert (await flowing.seen("customer", ticket)).comments[0].body == "We have got it."
    assert await answered_at() == [None, None]
    await flowing.do("agent", add_comment, ticket, NewComment(comment="I am looking into it."))
    assert await answered_at() == [flowing.world.now] * 2


async def test_what_cannot_be_done_is_recorded_and_breaks_nothing(flowing: Flowing) -> None:
    workflow = await flowing.workflow(
        "comment",
        {"type": "assign_ticket", "agent_id": flowing.world.outsider},
        {"type": "add_tags", "tags": ["spoken"]},
    )
    ticket = await flowing.opened(category_id=flowing.world.category)
    flowing.rows("update users set is_active = false where id = %s returning id", flowing.world.outsider)
    await flowing.do("customer", add_comment, ticket, NewComment(comment="Hello?"))
    run = (await flowing.runs(workflow))[0]
    assert run.outcome == "failed"
    assert [(result.type, result.outcome, result.code) for result in run.results] == [
        ("assign_ticket", "failed", "workflow.gone"),
        ("add_tags", "done", None),
    ]
    assert (await flowing.seen("agent", ticket)).tags == ["spoken"]


async def test_what_the_database_refuses_is_undone_and_keeps_nobody_else_from_acting(
    flowing: Flowing, owner_url: str
) -> None:
    with psycopg.connect(owner_url) as conn:  # a trigger that nobody foresaw
        conn.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;"
            "create trigger refuse before update on tickets for each row when (new.tags @> '{bad}') execute function refuse()"
        )
    bad = await flowing.workflow(
        "ticket.created", {"type": "add_comment", "comment": "x"}, {"type": "add_tags", "tags": ["bad"]}
    )
    good = await flowing.workflow("ticket.created", {"type": "add_tags", "tags": ["good"]})
    ticket = await flowing.opened(category_id=flowing.world.category)
    assert [(await flowing.runs(each))[0].outcome for each in (bad, good)] == ["failed", "done"]
    seen = await flowing.seen("admin", ticket)
    assert (seen.tags, seen.comments) == (["good"], [])


async def test_a_batch_costs_the_same_for_one_and_for_many(flowing: Flowing, statements: list[str]) -> None:
    for n in range(20):
        await flowing.workflow(
            "priority_change",
            {"type": "add_tags", "tags": [f"t{n % 10}"]},
            {"type": "add_comment", "comment": "{{ ticket.number }}"},
            {"type": "send_notification", "to": ["assignee"], "text": "{{ ticket.subject }}"},
            conditions={"field": "priority", "operator": "is", "value": "critical" if n < 5 else "low"},
        )
    many = [await flowing.opened(category_id=flowing.world.category) for _ in range(30)]
    await flowing.do("agent", change_tickets, BulkChange(ticket_ids=many[:1], priority="high"))
    statements.clear()
    await flowing.do("agent", change_tickets, BulkChange(ticket_ids=many[:1], priority="critical"))
    one = len(statements)
    statements.clear()
    await flowing.do("agent", change_tickets, BulkChange(ticket_ids=many[1:], priority="critical"))
    assert one == len(statements), "\n".join(statements)
    assert flowing.rows("select count(*) as n from workflow_runs") == [{"n": 5 * 30}]


async def test_a_process_learns_of_every_change(flowing: Flowing) -> None:
    workflow = await flowing.workflow("ticket.created", {"type": "add_tags", "tags": ["a"]})

    async def tags() -> list[str]:
        return (await flowing.seen("admin", await flowing.opened())).tags

    assert await tags() == ["a"]
    patch = msgspec.convert({"version": 1, "actions": [{"type": "add_tags", "tags": ["b"]}]}, WorkflowPatch)
    await flowing.do("admin", update_workflow, workflow.id, patch)
    assert await tags() == ["b"]
    await flowing.do("admin", toggle_workflow, workflow.id)
    assert await tags() == []
    await flowing.do("admin", toggle_workflow, workflow.id)
    assert await tags() == ["b"]
    await flowing.do("admin", delete_workflow, workflow.id)
    assert await tags() == []


async def test_a_move_after_a_comment_starts_from_what_the_workflow_made_of_it(flowing: Flowing) -> None:
    await flowing.workflow("comment", {"type": "update_ticket", "status": "in_progress"})
    ticket = await flowing.opened(category_id=flowing.world.category)
    await flowing.do("agent", change_status, ticket, StatusChange(status="resolved", comment="Done."))
    moves = flowing.rows(
        "select old_values ->> 'status' as old, new_values ->> 'status' as new from audit_logs "
        "where ticket_id = %s and action = 'ticket.status_changed' order by id", ticket
    )  # fmt: skip
    assert [(move["old"], move["new"]) for move in moves] == [("assigned", "in_progress"), ("in_progress", "resolved")]
