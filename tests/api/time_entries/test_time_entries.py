"""Time as people write it, as a timer counts it, and what it comes to."""

from datetime import timedelta

import pytest

from api.db import Database
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.time_entries.commands import (
    add_time_entry,
    remove_time_entry,
    start_timer,
    stop_timer,
    update_time_entry,
)
from api.time_entries.queries import get_time_entry, list_time_entries, list_time_totals
from api.time_entries.rules import parse_duration
from api.time_entries.wire import NewTimeEntry, NewTimer, TimeEntries, TimeEntryPatch
from tests.acting import Acting
from tests.worlds import World


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1h 20m", 4800), ("1h20m", 4800), ("1.5h", 5400), ("1,5 h", 5400), ("45m", 2700), ("45 min", 2700), ("90s", 90),
        ("1:20", 4800), ("80", 4800), ("24h", 86_400), ("", None), ("0", None), ("0h", None), ("25h", None), ("1h 1h", None),
        ("-5m", None), ("five minutes", None), ("1:75", None), ("9999999999", None),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_people_write_it(written: str, seconds: int | None) -> None:
    assert parse_duration(written) == seconds


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def listed(acting: Acting, ticket_id: int) -> TimeEntries:
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        return await list_time_entries(read, ticket_id)


async def test_time_adds_up_by_ticket_agent_and_customer(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", add_time_entry, ticket_id, NewTimeEntry(duration="1h", is_billable=True))
    await acting.do("lead", add_time_entry, ticket_id, NewTimeEntry(duration="30m", description="Looked at it"))
    spent = await listed(acting, ticket_id)
    assert (spent.total_seconds, spent.billable_seconds) == (5400, 3600)
    since, until = acting.world.now - timedelta(days=1), acting.world.now + timedelta(days=1)
    async with acting.db.open_read(acting.world.actor("admin"), acting.world.now) as read:
        by_agent = await list_time_totals(read, "agent", since, until)
        (by_customer,) = await list_time_totals(read, "customer", since, until)
        (by_ticket,) = await list_time_totals(read, "ticket", since, until)
    assert [(total.id, total.total_seconds) for total in by_agent] == [
        (acting.world.agent, 3600),
        (acting.world.lead, 1800),
    ]
    assert (by_customer.id, by_customer.total_seconds) == (acting.world.customer, 5400)
    assert (by_ticket.id, by_ticket.billable_seconds) == (ticket_id, 3600)


async def test_a_person_has_one_timer(acting: Acting) -> None:
    first, second = [await acting.opened(category_id=acting.world.category) for _ in range(2)]
    timer = await acting.do("agent", start_timer, first, NewTimer())
    with pytest.raises(Conflict):
        await acting.do("agent", start_timer, second, NewTimer())
    with pytest.raises(Forbidden):
        await acting.do("lead", stop_timer, timer)
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        started_at = (await get_time_entry(read, timer)).started_at
    acting.world.now = started_at + timedelta(minutes=19)
    await acting.do("agent", stop_timer, timer)
    assert (await listed(acting, first)).total_seconds == 1200
    with pytest.raises(Conflict):
        await acting.do("agent", stop_timer, timer)
    forgotten = await acting.do("agent", start_timer, second, NewTimer())
    acting.world.later(days=3)
    await acting.do("agent", stop_timer, forgotten)
    assert (await listed(acting, second)).total_seconds == 86_400


async def test_time_is_corrected_by_who_spent_it_or_an_admin(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    entry = await acting.do("agent", add_time_entry, ticket_id, NewTimeEntry(duration="1h"))
    with pytest.raises(Forbidden):
        await acting.do("lead", update_time_entry, entry, TimeEntryPatch(duration="2h"))
    with pytest.raises(Invalid):
        await acting.do("agent", update_time_entry, entry, TimeEntryPatch(duration="soon"))
    await acting.do("admin", update_time_entry, entry, TimeEntryPatch(duration="2h"))
    assert (await listed(acting, ticket_id)).total_seconds == 7200
    await acting.do("agent", remove_time_entry, entry)
    assert (await listed(acting, ticket_id)).time_entries == []
    with pytest.raises(NotFound):
        await acting.do("other_customer", add_time_entry, ticket_id, NewTimeEntry(duration="1h"))
    with pytest.raises(Forbidden):
        await acting.do("outsider", add_time_entry, ticket_id, NewTimeEntry(duration="1h"))
