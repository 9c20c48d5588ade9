"""Workflows that set each other off end, with an event; none fires from its own change."""

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.tickets.commands.bulk import change_tickets
from api.tickets.wire import BulkChange
from api.workflows.rules.loops import MAX_CHAIN
from tests.api.workflows.conftest import Flowing


async def test_a_workflow_never_fires_from_its_own_change(flowing: Flowing) -> None:
    workflow = await flowing.workflow("comment", {"type": "add_comment", "comment": "Noted.", "is_internal": False})
    ticket = await flowing.opened()
    await flowing.do("customer", add_comment, ticket, NewComment(comment="Hello"))
    assert len(await flowing.runs(workflow)) == 1
    assert len((await flowing.seen("admin", ticket)).comments) == 2


async def test_nor_from_what_follows_from_its_change(flowing: Flowing) -> None:
    again = await flowing.workflow("escalation", {"type": "escalate_ticket"})
    ticket = await flowing.opened()
    from api.tickets.commands.escalate import escalate_ticket
    from api.tickets.wire import Escalation

    await flowing.do("admin", escalate_ticket, ticket, Escalation(reason="Angry"))
    assert len(await flowing.runs(again)) == 1
    assert (await flowing.seen("admin", ticket)).escalation_level == 2


async def test_two_that_call_each_other_stop_at_the_depth_of_a_chain_and_say_so(flowing: Flowing) -> None:
    up = await flowing.workflow(
        "priority_change",
        {"type": "update_ticket", "priority": "critical"},
        conditions={"field": "priority", "operator": "is", "value": "low"},
    )
    down = await flowing.workflow(
        "priority_change",
        {"type": "update_ticket", "priority": "low"},
        conditions={"field": "priority", "operator": "is", "value": "critical"},
    )
    ticket = await flowing.opened()
    await flowing.do("admin", change_tickets, BulkChange(ticket_ids=[ticket], priority="low"))
    done = [(depth, "done") for depth in range(1, MAX_CHAIN + 1)]
    for workflow, stopped in ((up, [(MAX_CHAIN + 1, "stopped")]), (down, [])):
        runs = [(run.depth, run.outcome) for run in reversed(await flowing.runs(workflow))]
        assert sorted(runs) == done + stopped
    assert flowing.told(ticket) == ["ticket.priority_changed"] * 2 * MAX_CHAIN + ["workflow.stopped"]
    assert flowing.rows("select entity_id from audit_logs where action = 'workflow.stopped'") == [{"entity_id": up.id}]


async def test_a_crowd_that_answers_each_other_grows_with_its_number_and_not_with_its_powers(flowing: Flowing) -> None:
    crowd = [
        await flowing.workflow("comment", {"type": "add_comment", "comment": f"I am {n}."}, {"type": "escalate_ticket"})
        for n in range(4)
    ]
    crowd += [await flowing.workflow("escalation", {"type": "escalate_ticket"}) for _ in range(4)]
    ticket = await flowing.opened()
    await flowing.do("customer", add_comment, ticket, NewComment(comment="Hello"))
    done = flowing.rows("select workflow_id, count(*) as n from workflow_runs where outcome = 'done' group by 1")
    assert len(done) == len(crowd)
    assert all(row["n"] <= MAX_CHAIN for row in done)


async def test_a_change_of_another_workflow_does_fire(flowing: Flowing) -> None:
    await flowing.workflow("ticket.created", {"type": "update_ticket", "priority": "high"})
    follows = await flowing.workflow(
        "priority_change",
        {"type": "add_tags", "tags": ["raised"]},
        conditions={"field": "old_priority", "operator": "is", "value": "medium"},
    )
    ticket = await flowing.opened()
    assert (await flowing.seen("admin", ticket)).tags == ["raised"]
    assert [run.depth for run in await flowing.runs(follows)] == [2]
