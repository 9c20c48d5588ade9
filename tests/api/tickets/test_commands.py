"""What commands do to tickets: every move of the state machine, and the log that tells it."""

from typing import Any

import msgspec
import pytest

from api.db import Database
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.events.idempotency import claim, remember
from api.sweep import sweep
from api.tickets.commands.assign import assign_ticket
from api.tickets.commands.change import VersionRequired, update_ticket
from api.tickets.commands.create import create_ticket
from api.tickets.commands.escalate import escalate_ticket
from api.tickets.commands.status import change_status
from api.tickets.rules.moves import ALLOWED
from api.tickets.wire import Assignment, Escalation, NewTicket, StatusChange, TicketPatch
from tests.acting import COMPLAINT, Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World


@pytest.fixture
async def world_db(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


async def moved_to(acting: Acting, status: str) -> int:
    """A ticket that has reached `status`, by an agent."""
    ticket_id = await acting.opened(category_id=acting.world.category)
    if status == "open":
        await acting.do("agent", assign_ticket, ticket_id, Assignment(agent_id=None))
    elif status != "assigned":
        await acting.do("agent", change_status, ticket_id, StatusChange(status=status))  # type: ignore[arg-type]
    assert (await acting.seen("agent", ticket_id)).status == status
    return ticket_id


@pytest.mark.parametrize("status", list(ALLOWED))
async def test_the_allowed_moves_are_made_and_no_others(world_db: Acting, status: str) -> None:
    for wanted in ALLOWED:
        ticket_id = await moved_to(world_db, status)
        if wanted in ALLOWED[status] and not (status == "open" and wanted == "assigned"):
            await world_db.do("agent", change_status, ticket_id, StatusChange(status=wanted))  # type: ignore[arg-type]
            assert (await world_db.seen("agent", ticket_id)).status == wanted
        elif wanted not in ALLOWED[status]:
            with pytest.raises(Conflict) as refused:
                await world_db.do("agent", change_status, ticket_id, StatusChange(status=wanted))  # type: ignore[arg-type]
            assert refused.value.extra["allowed"] == list(ALLOWED[status])
            assert (await world_db.seen("agent", ticket_id)).status == status


async def test_assigned_needs_an_agent(world_db: Acting) -> None:
    ticket_id = await moved_to(world_db, "open")
    with pytest.raises(Invalid):
        await world_db.do("agent", change_status, ticket_id, StatusChange(status="assigned"))


async def test_a_stale_version_is_refused_with_the_present_state(world_db: Acting) -> None:
    ticket_id = await world_db.opened(category_id=world_db.world.category)
    version = (await world_db.seen("agent", ticket_id)).version
    await world_db.do("agent", update_ticket, ticket_id, TicketPatch(version=version, priority="high"))
    with pytest.raises(Conflict) as refused:
        await world_db.do("lead", update_ticket, ticket_id, TicketPatch(version=version, priority="low"))
    assert refused.value.extra["current"]["priority"] == "high"
    with pytest.raises(VersionRequired):
        await world_db.do("lead", update_ticket, ticket_id, TicketPatch(priority="low"))


async def test_a_customer_sees_nothing_of_others(world_db: Acting) -> None:
    ticket_id = await world_db.opened()
    with pytest.raises(NotFound):
        await world_db.seen("other_customer", ticket_id)
    with pytest.raises(NotFound):
        await world_db.do("other_customer", change_status, ticket_id, StatusChange(status="resolved"))


async def test_a_customer_may_say_that_it_is_solved_and_reopen_it(world_db: Acting) -> None:
    ticket_id = await world_db.opened()
    with pytest.raises(Forbidden):
        await world_db.do("customer", change_status, ticket_id, StatusChange(status="pending"))
    await world_db.do("customer", change_status, ticket_id, StatusChange(status="resolved"))
    await world_db.do("customer", change_status, ticket_id, StatusChange(status="in_progress"))
    ticket = await world_db.seen("customer", ticket_id)
    assert (ticket.status, ticket.reopen_count, ticket.resolved_at) == ("in_progress", 1, None)


async def test_a_closed_ticket_reopens_within_its_window_only(world_db: Acting) -> None:
    ticket_id = await moved_to(world_db, "closed")
    world_db.world.later(days=13)
    await world_db.do("agent", change_status, ticket_id, StatusChange(status="in_progress"))
    await world_db.do("agent", change_status, ticket_id, StatusChange(status="closed"))
    world_db.world.later(days=15)
    with pytest.raises(Conflict) as refused:
        await world_db.do("agent", change_status, ticket_id, StatusChange(status="in_progress"))
    assert refused.value.extra["allowed"] == []


async def test_resolved_tickets_close_by_themselves_and_once(world_db: Acting) -> None:
    ticket_id = await moved_to(world_db, "resolved")
    assert (await sweep(world_db.db, world_db.world.later(days=6))).done["closed"] == 0
    assert (await sweep(world_db.db, world_db.world.later(days=2))).done["closed"] == 1
    assert (await sweep(world_db.db, world_db.world.later(minutes=1))).done["closed"] == 0
    assert (await world_db.seen("agent", ticket_id)).status == "closed"


async def test_another_teams_ticket_is_read_but_not_worked(world_db: Acting) -> None:
    ticket_id = await moved_to(world_db, "assigned")
    assert (await world_db.seen("outsider", ticket_id)).may_work is False
    with pytest.raises(Forbidden):
        await world_db.do("outsider", change_status, ticket_id, StatusChange(status="pending"))


async def test_an_escalation_goes_to_the_teams_lead(world_db: Acting) -> None:
    ticket_id = await moved_to(world_db, "assigned")
    await world_db.do("agent", escalate_ticket, ticket_id, Escalation(reason="Angry"))
    ticket = await world_db.seen("agent", ticket_id)
    assert ticket.assigned_agent is not None
    assert (ticket.status, ticket.escalation_level) == ("escalated", 1)
    assert ticket.assigned_agent.id == world_db.world.lead


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"priority": "critical"}, "priority"),
        ({"team_id": 1}, "team_id"),
        ({"tags": ["vip"]}, "tags"),
        ({"customer_id": 1}, "customer_id"),
        ({"auto_assign": False}, "auto_assign"),
        ({"category_id": 999}, "category_id"),
    ],
)
async def test_a_customer_may_not_set_what_is_staffs(world_db: Acting, fields: dict, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        await world_db.opened(**fields)
    assert refused.value.extra["field"] == named


async def test_the_same_key_and_body_make_one_ticket(world_db: Acting) -> None:
    async def once(tx: Any, data: NewTicket) -> int:
        known = await claim(tx, "create_ticket", "key-1", data)
        if known is None:
            known = await create_ticket(tx, data, "api")
            await remember(tx, "create_ticket", "key-1", known)
        return known

    first = await world_db.do("customer", once, COMPLAINT)
    assert await world_db.do("customer", once, COMPLAINT) == first
    with pytest.raises(Conflict):
        await world_db.do("customer", once, msgspec.structs.replace(COMPLAINT, subject="Another"))
    other = await world_db.do("other_customer", once, COMPLAINT)
    assert other != first
