"""Routing in the product: at once, exactly under concurrency, again when nobody was free."""

import asyncio

import psycopg
import pytest

from api.db import Database
from api.reactions import open_tx
from api.sweep import is_anything_due, sweep
from api.tickets.commands.assign import assign_ticket
from api.tickets.commands.create import create_ticket
from api.tickets.wire import Assignment, NewTicket
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import NOON, World


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


def run(url: str, statement: str, *params: object) -> list[tuple]:
    with psycopg.connect(url) as conn:
        cursor = conn.execute(statement.encode(), params)
        return cursor.fetchall() if cursor.description else []


async def test_two_hundred_concurrent_creates_exceed_no_capacity_and_pile_on_nobody(
    acting: Acting, database_url: str
) -> None:
    run(database_url, "delete from user_skills")
    run(database_url, "update users set capacity = 60 where role = 'agent'")
    run(
        database_url,
        "insert into users (email, name, role, availability, capacity, created_at, updated_at) "
        "select 'crowd' || n || '@example.com', 'Crowd', 'agent', 'available', 15 + n, %s, %s from generate_series(1, 8) n",
        NOON, NOON,
    )  # fmt: skip

    acting.db.write.timeout = 60  # the queue for four connections is what is tested, not how long it may be

    async def create(n: int) -> None:
        async with open_tx(acting.db, acting.world.actor("customer"), NOON) as tx:
            await create_ticket(tx, NewTicket(subject=f"Ticket {n}", description="x"), "api")

    await asyncio.gather(*(create(n) for n in range(200)))
    loads = run(
        database_url,
        "select u.capacity, count(t.id) from users u left join tickets t on t.assigned_agent_id = u.id "
        "where u.role = 'agent' and u.availability = 'available' group by u.id order by u.id",
    )
    assert sum(load for _, load in loads) == 200
    assert all(load <= capacity for capacity, load in loads)
    free = [load for capacity, load in loads if load < capacity]
    assert max(free) - min(free) <= 1, "the next ticket goes to the least loaded"


async def test_nobody_free_leaves_it_open_says_why_once_and_the_sweep_tries_again(
    acting: Acting, database_url: str
) -> None:
    run(database_url, "update users set availability = 'away' where role = 'agent'")
    ticket_id = await acting.opened(category_id=acting.world.category)
    for _ in range(3):
        await sweep(acting.db, acting.world.later(minutes=1))
    assert (await acting.seen("agent", ticket_id)).status == "open"
    reasons = run(
        database_url,
        "select new_values -> 'details' ->> 'reason' from audit_logs where action = 'ticket.routing_failed'",
    )
    assert reasons == [("nobody_available",)]
    run(database_url, "update users set availability = 'available' where id = %s", acting.world.agent)
    assert await is_anything_due(acting.db, acting.world.later(seconds=1))
    await sweep(acting.db, acting.world.now)
    ticket = await acting.seen("agent", ticket_id)
    assert ticket.assigned_agent is not None
    assert (ticket.status, ticket.assigned_agent.id) == ("assigned", acting.world.agent)


async def test_nobody_with_room_is_not_due(acting: Acting, database_url: str) -> None:
    run(database_url, "update users set capacity = 0 where role = 'agent'")
    await acting.opened(category_id=acting.world.category)
    assert not await is_anything_due(acting.db, acting.world.later(seconds=1))


async def test_what_was_handed_back_by_hand_waits_for_a_hand(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", assign_ticket, ticket_id, Assignment(agent_id=None))
    await sweep(acting.db, acting.world.later(minutes=1))
    assert (await acting.seen("agent", ticket_id)).status == "open"


async def test_auto_assign_off_leaves_it_to_people(acting: Acting) -> None:
    data = NewTicket(
        subject="x",
        description="y",
        customer_id=acting.world.customer,
        auto_assign=False,
        category_id=acting.world.category,
    )
    ticket_id = await acting.do("agent", create_ticket, data, "api")
    await sweep(acting.db, acting.world.later(minutes=1))
    assert (await acting.seen("agent", ticket_id)).assigned_agent is None


async def test_the_event_says_why_this_agent(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    [assigned] = [e for e in (await acting.seen("agent", ticket_id)).timeline if e.action == "ticket.assigned"]
    assert assigned.new is not None
    assert assigned.new["details"]["how"] == "routed"
    assert assigned.new["details"]["candidates"] == [
        {"agent_id": acting.world.agent, "score": -20, "active_tickets": 0, "critical_tickets": 0, "proficiency": 4}
    ]
