"""What happened reaches whoever may know of it, wherever they are connected, once, and nobody else."""

import asyncio
import time

import psycopg
import pytest

from api.clock import now
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.live.socket import MAX_CATCH_UP
from api.reactions import open_tx
from tests.api.live.clients import person
from tests.api.live.conftest import Site

pytestmark = pytest.mark.xdist_group("live")

WRITE = """
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, visibility)
select now(), 'ticket.updated', 'ticket', %(ticket)s, %(ticket)s, 'system', 'public' from generate_series(1, %(count)s)
returning id
"""


def public_ids(site: Site, ticket_id: int) -> set[int]:
    query = "select id from audit_logs where ticket_id = %s and visibility = 'public'"
    return {row[0] for row in site.execute(query, ticket_id)}


async def test_an_event_reaches_a_subscriber_of_another_process(site: Site) -> None:
    agent, customer = await person(site, "agent", there=True), await person(site, "customer")
    async with agent.listening("tickets") as client:
        ticket_id = await customer.open_ticket()
        event = await client.until_action("ticket.created", ticket_id)
    assert event["version"] >= 1
    assert set(event) == {"id", "action", "entity_type", "entity_id", "ticket_id", "version", "is_for_me"}


async def test_a_notice_is_told_to_the_person_it_is_for(site: Site) -> None:
    agent, customer = await person(site, "agent", there=True), await person(site, "customer")
    ticket_id = await customer.open_ticket()
    async with customer.listening("me") as client:
        await agent.comment(ticket_id)
        assert (await client.until_action("comment.added", ticket_id))["is_for_me"]


async def test_what_nobody_announced_is_told_from_the_log(site: Site) -> None:
    customer = await person(site, "customer")
    ticket_id = await customer.open_ticket()
    db = Database(site.settings.database_url, 1)
    await db.open()
    async with customer.listening(f"ticket:{ticket_id}") as client:
        # a process that died after its commit, or the sweep: it has no live part
        actor = site.world.actor("customer")
        async with open_tx(db, actor, now()) as tx:
            await add_comment(tx, ticket_id, NewComment(comment="Hello"))
        event = await client.until_action("comment.added", ticket_id)
    await db.close()
    assert event["ticket_id"] == ticket_id


async def test_a_customer_never_hears_of_the_internal_or_of_anothers(site: Site) -> None:
    agent, customer = await person(site, "agent", there=True), await person(site, "customer")
    other, outsider = await person(site, "other_customer"), await person(site, "outsider")
    ticket_id = await customer.open_ticket()
    async with (
        customer.listening("tickets", "me", f"ticket:{ticket_id}") as own,
        other.listening("tickets", "me") as foreign,
        outsider.listening("tickets", "me") as elsewhere,
        agent.listening("tickets") as staff,
    ):
        await agent.comment(ticket_id, is_internal=True)
        said = await agent.comment(ticket_id)
        await staff.until_event(entity_id=said)
        await own.until_event(entity_id=said)
        for client in (own, foreign, elsewhere):
            await client.settle()
    internal = {row[0] for row in site.execute("select id from audit_logs where visibility = 'internal'")}
    assert internal & {event["id"] for event in staff.events}
    assert not internal & {event["id"] for event in own.events}
    assert not foreign.events and not elsewhere.events


async def test_who_loses_the_right_to_a_ticket_hears_no_more_of_it(site: Site) -> None:
    agent, customer, admin = [await person(site, name) for name in ("agent", "customer", "admin")]
    ticket_id = await customer.open_ticket()
    async with agent.listening(f"ticket:{ticket_id}") as client:
        moved = await admin.http.post(f"/api/tickets/{ticket_id}/assign", json={"agent_id": site.world.outsider})
        assert moved.is_success, moved.text
        version = (await admin.http.get(f"/api/tickets/{ticket_id}")).json()["version"]
        body = {"version": version, "team_id": site.world.other_team}
        assert (await admin.http.patch(f"/api/tickets/{ticket_id}", json=body)).is_success
        assert (await client.until_type("unsubscribed"))["topics"] == [f"ticket:{ticket_id}"]
        assert await client.subscribe(f"ticket:{ticket_id}") == []


async def test_after_a_reconnect_nothing_is_lost_and_nothing_shows_twice(site: Site) -> None:
    customer, there = await person(site, "customer"), await person(site, "customer", there=True)
    ticket_id = await customer.open_ticket()
    topic, at_first = f"ticket:{ticket_id}", public_ids(site, ticket_id)
    shown: list[int] = []

    def show(events: list[dict[str, int]]) -> None:
        shown.extend(event["id"] for event in events if event["id"] not in shown)

    with psycopg.connect(site.settings.database_url) as late:
        late_ids = [row[0] for row in late.execute(WRITE, {"ticket": ticket_id, "count": 2})]
        async with customer.listening(topic) as client:
            before = dict(client.position)
            comment_id = await customer.comment(ticket_id)
            await client.until_event(entity_id=comment_id)
            show(client.events)
            position = client.position
        # the open transaction is older than these, which are committed all the same, while nobody listens
        missed = [await customer.comment(ticket_id), await there.comment(ticket_id)]
        async with there.listening() as client:
            await client.subscribe(topic, position=position)
            await client.settle()
            assert set(missed) <= {event["entity_id"] for event in client.events}
            late.commit()
            await client.until_event(id=late_ids[-1])
            show(client.events)
    async with customer.listening() as client:
        await client.subscribe(topic, position=before)
        await client.settle()
        again = {event["id"] for event in client.events}
    assert set(shown) - at_first == again - at_first == public_ids(site, ticket_id) - at_first
    assert len(shown) == len(set(shown))


async def test_too_much_to_tell_one_by_one_is_told_as_reload(site: Site) -> None:
    customer = await person(site, "customer")
    ticket_id = await customer.open_ticket()
    async with customer.listening("tickets") as client:
        position = client.position
    with psycopg.connect(site.settings.database_url) as conn:
        conn.execute(WRITE, {"ticket": ticket_id, "count": MAX_CATCH_UP + 1})
    async with customer.listening() as client:
        await client.subscribe("tickets", position=position)
        await client.until_type("reload")
        await client.settle()
    assert len(client.events) < MAX_CATCH_UP


async def test_redis_away_delays_an_event_and_loses_none(site: Site) -> None:
    agent, customer = await person(site, "agent", there=True), await person(site, "customer")
    ticket_id = await customer.open_ticket()
    async with agent.listening("tickets", f"ticket:{ticket_id}") as client:
        await customer.comment(ticket_id)
        await client.until_action("comment.added", ticket_id)
        site.redis.stop()
        try:
            begun = time.monotonic()
            comment_id = await customer.comment(ticket_id)
            assert time.monotonic() - begun < 3
            assert (await agent.http.get(f"/api/tickets/{ticket_id}/presence")).json()["people"] == []
            await client.until_event(entity_id=comment_id)
        finally:
            site.redis.start()
        # presence goes over Redis alone: it comes back when both processes are connected to it again
        async with agent.listening(f"ticket:{ticket_id}", port=site.here) as writer:
            for state in ("viewing", "replying") * 20:
                await writer.say(type="presence", ticket_id=ticket_id, state=state)
                await writer.settle()
                await client.settle()
                if any(message["type"] == "presence" for message in client.heard):
                    break
                await asyncio.sleep(0.5)
            else:
                pytest.fail("Redis came back, and the processes did not notice.")
