"""Many tickets at once: each says what became of it, what was refused loses nothing, and it can be taken back."""

import psycopg
import pytest

from api.db import Database
from api.errors import Conflict, NotFound
from api.tickets.commands.assign import assign_ticket
from api.tickets.commands.bulk import change_tickets, undo_bulk
from api.tickets.commands.status import change_status
from api.tickets.queries.bulk import get_bulk
from api.tickets.wire import Assignment, BulkChange, StatusChange
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World

MAX_STATEMENTS = 12


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


async def test_each_ticket_is_changed_or_says_why_not(acting: Acting) -> None:
    open_one = await acting.opened(category_id=acting.world.category)
    closed = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", change_status, closed, StatusChange(status="closed"))
    already = await acting.opened(category_id=acting.world.category, priority="high")
    change = BulkChange(ticket_ids=[open_one, closed, already, 999_999], agent_id=acting.world.lead, add_tags=["vip"])
    result = await acting.do("agent", change_tickets, change)
    assert [(ticket.id, ticket.is_changed, ticket.code) for ticket in result.tickets] == [
        (open_one, True, None),
        (closed, False, "ticket.done"),
        (already, True, None),
        (999_999, False, "ticket.not_found"),
    ]
    assert (await acting.seen("agent", closed)).tags == []  # refused as a whole
    changed = await acting.seen("agent", open_one)
    assert changed.tags == ["vip"] and changed.assigned_agent and changed.assigned_agent.id == acting.world.lead
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        assert await get_bulk(read, result.id) == result
    with pytest.raises(NotFound):
        async with acting.db.open_read(acting.world.actor("lead"), acting.world.now) as read:
            await get_bulk(read, result.id)


async def test_a_ticket_of_another_team_is_refused_and_named(acting: Acting) -> None:
    ours = await acting.opened(category_id=acting.world.category)
    result = await acting.do("outsider", change_tickets, BulkChange(ticket_ids=[ours], priority="low"))
    assert [ticket.code for ticket in result.tickets] == ["ticket.other_team"]


async def test_taking_it_back_leaves_what_was_changed_since(acting: Acting, database_url: str) -> None:
    tickets = [await acting.opened(category_id=acting.world.category) for _ in range(3)]
    done = await acting.do("agent", change_tickets, BulkChange(ticket_ids=tickets, priority="high"))
    await acting.do("lead", assign_ticket, tickets[1], Assignment(agent_id=acting.world.lead))
    undone = await acting.do("agent", undo_bulk, done.id)
    assert [(ticket.is_changed, ticket.code) for ticket in undone.tickets] == [
        (True, None),
        (False, "ticket.stale"),
        (True, None),
    ]
    assert [(await acting.seen("agent", ticket)).priority for ticket in tickets] == ["medium", "high", "medium"]
    with pytest.raises(Conflict):
        await acting.do("agent", undo_bulk, done.id)
    with psycopg.connect(database_url) as conn:
        told = conn.execute("select count(*) from audit_logs where action = 'ticket.priority_changed'").fetchone()
    assert told == (3 + 2,)


async def test_what_has_no_way_back_is_named_when_taken_back(acting: Acting) -> None:
    ticket = await acting.opened(category_id=acting.world.category)
    done = await acting.do("agent", change_tickets, BulkChange(ticket_ids=[ticket], status="closed"))
    undone = await acting.do("agent", undo_bulk, done.id)
    assert [ticket.code for ticket in undone.tickets] == ["ticket.move_not_allowed"]
    assert (await acting.seen("agent", ticket)).status == "closed"


async def test_it_costs_the_same_for_one_and_for_many(acting: Acting, statements: list[str]) -> None:
    many = [await acting.opened(category_id=acting.world.category) for _ in range(30)]
    everything = {"status": "in_progress", "priority": "critical", "agent_id": acting.world.lead, "add_tags": ["x"]}
    statements.clear()
    await acting.do("agent", change_tickets, BulkChange(ticket_ids=many[:1], **everything))  # type: ignore[arg-type]
    one = len(statements)
    statements.clear()
    await acting.do("agent", change_tickets, BulkChange(ticket_ids=many[1:], **everything))  # type: ignore[arg-type]
    assert one == len(statements) <= MAX_STATEMENTS, "\n".join(statements)
