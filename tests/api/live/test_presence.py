"""Who is on a ticket: shown to the staff that watches it, as "an agent types" to customers, and forgotten by itself."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from api.actor import Actor
from api.clock import now
from api.live.hub import Hub
from api.live.presence import list_presence, set_present
from api.live.relay import Relay
from api.live.rules import PRESENCE_SECONDS
from api.tasks import end
from tests.api.live.clients import Client, person
from tests.api.live.conftest import Site

pytestmark = pytest.mark.xdist_group("live")

ANA = Actor(id=1, role="agent", name="Ana")
BEN = Actor(id=2, role="agent", name="Ben")
CUSTOMER = Actor(id=3, role="customer", name="Cleo")


async def states(client: Client) -> list[tuple[str, str]]:
    """(name, state) of whom the next message of presence shows."""
    message = await client.until_type("presence")
    return [(each["name"], each["state"]) for each in message["people"]]


async def test_staff_sees_who_is_there_and_the_customer_that_somebody_types(site: Site) -> None:
    agent, lead = await person(site, "agent"), await person(site, "lead", there=True)
    customer = await person(site, "customer", there=True)
    ticket_id = await customer.open_ticket()
    topic, path = f"ticket:{ticket_id}", f"/api/tickets/{ticket_id}/presence"
    async with lead.listening(topic) as watching, customer.listening(topic) as own:
        async with agent.listening(topic) as writing:
            await writing.say(type="presence", ticket_id=ticket_id, state="viewing")
            assert await states(watching) == [("Agent", "viewing")]
            await writing.say(type="presence", ticket_id=ticket_id, state="noting")
            assert await states(watching) == [("Agent", "noting")]
            assert not (await customer.http.get(path)).json()["is_agent_typing"]
            await writing.say(type="presence", ticket_id=ticket_id, state="replying")
            assert await states(watching) == [("Agent", "replying")]
            await own.until(lambda message: message.get("is_agent_typing") is True)
            seen = (await lead.http.get(path)).json()
            assert [(each["name"], each["state"]) for each in seen["people"]] == [("Agent", "replying")]
            told = (await customer.http.get(path)).json()
            assert told.pop("version") >= seen["version"]
            assert told == {"type": "presence", "ticket_id": ticket_id, "people": [], "is_agent_typing": True}
            rows = (await lead.http.get("/api/tickets/presence", params={"ticket_id": [ticket_id, 999_999]})).json()
            assert [row["ticket_id"] for row in rows["tickets"]] == [ticket_id]
        # gone with the connection
        assert await states(watching) == []
        await own.until(lambda message: message.get("is_agent_typing") is False)
    assert all(not message.get("people") for message in own.heard)


async def test_presence_is_said_by_staff_alone(site: Site) -> None:
    customer = await person(site, "customer")
    ticket_id = await customer.open_ticket()
    async with customer.listening(f"ticket:{ticket_id}") as client:
        await client.say(type="presence", ticket_id=ticket_id, state="replying")
        assert (await client.until_type("problem"))["code"] == "live.presence"


async def test_who_says_nothing_more_is_forgotten(redis_url: str) -> None:
    at = now()
    async with Redis.from_url(redis_url) as redis:
        await set_present(redis, 5, "a tab", ANA, "viewing", at)
        later = at + timedelta(seconds=PRESENCE_SECONDS - 1)
        assert [p.name for p in (await list_presence(redis, BEN, [5], later))[0].people] == ["Ana"]
        assert (await list_presence(redis, BEN, [5], later + timedelta(seconds=1)))[0].people == []
        assert 0 < await redis.ttl("presence:5") <= PRESENCE_SECONDS
        # a tab that ended unheard is swept by whoever speaks next
        await set_present(redis, 5, "another", BEN, "viewing", at + timedelta(seconds=PRESENCE_SECONDS))
        assert await redis.hlen("presence:5") == 1  # type: ignore[misc]


async def test_of_two_tabs_the_one_that_writes_counts_and_only_a_change_is_told(redis_url: str) -> None:
    at = now()
    async with Redis.from_url(redis_url) as redis:
        assert await set_present(redis, 5, "one", ANA, "replying", at)
        assert await set_present(redis, 5, "two", ANA, "viewing", at) is None
        assert await set_present(redis, 5, "one", ANA, "replying", at + timedelta(seconds=9)) is None
        (seen,) = await list_presence(redis, BEN, [5], at)
        assert [(p.name, p.state) for p in seen.people] == [("Ana", "replying")] and seen.is_agent_typing
        (told,) = await list_presence(redis, CUSTOMER, [5], at)
        assert told.people == [] and told.is_agent_typing
        changed = await set_present(redis, 5, "one", ANA, None, at)
        assert changed and [p.state for p in changed.people] == ["viewing"]
        assert changed.version > seen.version


async def test_installations_on_one_redis_do_not_hear_each_other(redis_url: str) -> None:
    there = f"{redis_url.rpartition('/')[0]}/15"
    async with Redis.from_url(redis_url) as ours, Redis.from_url(there) as theirs:
        relay = Relay(ours, Hub())
        relay.is_listened_to.set()
        listening = asyncio.create_task(relay.listen())
        for _ in range(500):
            if await relay.has_audience():
                break
            await asyncio.sleep(0.02)
        assert await relay.has_audience()
        assert not await Relay(theirs, Hub()).has_audience()
        await end(listening)


async def test_without_redis_nobody_is_seen_and_nothing_fails() -> None:
    async with Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=1) as redis:
        assert await set_present(redis, 5, "one", ANA, "viewing", now()) is None
        assert (await list_presence(redis, ANA, [5], now()))[0].people == []
