"""Merge, split, link, snooze: what was said is kept, clocks stay true, and a number still leads somewhere."""

from datetime import timedelta
from typing import Any

import pytest

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.sweep import sweep
from api.tickets.commands.link import link_tickets, unlink_tickets
from api.tickets.commands.merge import lock_two, merge_ticket, split_ticket
from api.tickets.commands.snooze import snooze_ticket
from api.tickets.commands.status import change_status
from api.tickets.queries.detail import find_ticket_id
from api.tickets.queries.links import list_links
from api.tickets.queries.views import list_view
from api.tickets.wire import NewTicket, Split, StatusChange
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


async def said(acting: Acting, who: str, ticket_id: int, words: str, **kw: Any) -> int:
    return await acting.do(who, add_comment, ticket_id, NewComment(comment=words, **kw))


async def link(acting: Acting, from_id: int, to_id: int, kind: str) -> None:
    await acting.do("agent", lock_two, from_id, to_id)
    await acting.do("agent", link_tickets, from_id, to_id, kind)


async def test_a_merged_ticket_closes_and_its_words_and_number_go_on_in_the_other(acting: Acting) -> None:
    world = acting.world
    target = await acting.opened(category_id=world.category)
    source = await acting.opened(category_id=world.category)
    await said(acting, "customer", source, "first")
    await said(acting, "agent", target, "between")
    await said(acting, "agent", source, "third", is_internal=True)
    await acting.do("agent", merge_ticket, source, target)
    merged, into = await acting.seen("agent", source), await acting.seen("agent", target)
    assert (merged.status, merged.merged_into_id, merged.comments) == ("closed", target, [])
    assert [comment.body for comment in into.comments] == ["first", "between", "third"]
    assert all(clock.state in ("met", "paused") for clock in merged.clocks)
    async with acting.db.open_read(world.actor("customer"), world.now) as read:
        assert await find_ticket_id(read, merged.number) == target
        assert await find_ticket_id(read, str(source)) == source
    with pytest.raises(Conflict):
        await acting.do("agent", merge_ticket, source, target)


async def test_an_answer_given_elsewhere_does_not_count_as_this_tickets_response(acting: Acting) -> None:
    target = await acting.opened(category_id=acting.world.category)
    source = await acting.opened(category_id=acting.world.category)
    await said(acting, "agent", source, "an answer")
    await acting.do("agent", merge_ticket, source, target)
    clocks = {clock.target: clock.state for clock in (await acting.seen("agent", target)).clocks}
    assert clocks["first_response"] == "running"


async def test_tickets_of_two_customers_are_not_merged(acting: Acting) -> None:
    target = await acting.opened(category_id=acting.world.category)
    other = NewTicket(subject="Mine", description="x", category_id=acting.world.category)
    theirs = await acting.do("other_customer", create, other)
    with pytest.raises(Conflict) as refused:
        await acting.do("agent", merge_ticket, theirs, target)
    assert refused.value.code == "merge.other_customer"
    with pytest.raises(Forbidden):
        await acting.do("outsider", merge_ticket, theirs, target)
    with pytest.raises(Invalid):
        await acting.do("agent", merge_ticket, target, target)


async def create(tx: Any, data: NewTicket) -> int:
    from api.tickets.commands.create import create_ticket

    return await create_ticket(tx, data, "web")


async def test_chosen_comments_open_a_linked_ticket(acting: Acting) -> None:
    ticket = await acting.opened(category_id=acting.world.category)
    await said(acting, "customer", ticket, "stays")
    other = await said(acting, "customer", ticket, "And my bill is wrong.")
    note = await said(acting, "agent", ticket, "a note", is_internal=True)
    new_id = await acting.do("agent", split_ticket, ticket, Split(comment_ids=[note, other], subject="Bill"))
    new, old = await acting.seen("agent", new_id), await acting.seen("agent", ticket)
    assert (new.subject, new.description, new.customer.id) == ("Bill", "And my bill is wrong.", acting.world.customer)
    assert [c.body for c in old.comments] == ["stays"] and {c.id for c in new.comments} == {other, note}
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        assert [(found.kind, found.id) for found in await list_links(read, ticket)] == [("related", new_id)]
    with pytest.raises(Invalid):
        await acting.do("agent", split_ticket, ticket, Split(comment_ids=[other], subject="Again"))


async def test_links_are_seen_from_both_sides_and_parents_do_not_go_round(acting: Acting) -> None:
    a, b, c = [await acting.opened(category_id=acting.world.category) for _ in range(3)]
    await link(acting, b, a, "parent")
    await link(acting, c, b, "parent")
    with pytest.raises(Conflict):
        await link(acting, a, c, "parent")
    with pytest.raises(Conflict):
        await link(acting, b, c, "parent")
    await link(acting, a, b, "related")
    await link(acting, b, a, "related")
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        seen = [(found.kind, found.id) for found in await list_links(read, b)]
    assert sorted(seen) == sorted([("child", c), ("parent", a), ("related", a)])
    await acting.do("agent", unlink_tickets, b, a, "related")
    with pytest.raises(NotFound):
        await acting.do("agent", unlink_tickets, a, b, "related")


async def test_a_snoozed_ticket_leaves_the_queue_until_its_time_or_an_answer(acting: Acting) -> None:
    ticket = await acting.opened(category_id=acting.world.category)

    async def is_in_queue() -> bool:
        async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
            return ticket in [row.id for row in (await list_view(read, "my_teams")).tickets]

    assert await is_in_queue()
    due_before = (await acting.seen("agent", ticket)).next_due_at
    await acting.do("agent", snooze_ticket, ticket, acting.world.now + timedelta(hours=2))
    assert not await is_in_queue() and (await acting.seen("agent", ticket)).next_due_at == due_before
    await said(acting, "customer", ticket, "Any news?")
    assert await is_in_queue()
    await acting.do("agent", snooze_ticket, ticket, acting.world.now + timedelta(hours=2))
    assert (await sweep(acting.db, acting.world.later(hours=1))).done["woken"] == 0
    assert (await sweep(acting.db, acting.world.later(hours=2))).done["woken"] == 1
    assert (await acting.seen("agent", ticket)).snoozed_until is None
    with pytest.raises(Invalid):
        await acting.do("agent", snooze_ticket, ticket, acting.world.now - timedelta(hours=2))
    await acting.do("agent", change_status, ticket, StatusChange(status="closed"))
    with pytest.raises(Conflict):
        await acting.do("agent", snooze_ticket, ticket, acting.world.now + timedelta(hours=2))
