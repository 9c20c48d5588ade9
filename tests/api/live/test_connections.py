"""Who gets a connection, what ends it, and what it may ask for."""

import asyncio
import socket
import time
from contextlib import suppress

import psycopg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.live.socket import SEND_SECONDS
from tests.access.callers import CALLERS, headers_of_all
from tests.api.live.clients import Client, Person, person
from tests.api.live.conftest import Site

pytestmark = pytest.mark.xdist_group("live")

TOPICS = ("tickets", "me", "ticket:{ticket}")
ROUNDS = 8
FLOOD = """
with written as (
    insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, visibility)
    select now(), 'ticket.updated', 'ticket', %(ticket)s, %(ticket)s, 'system', 'public' from generate_series(1, 5000)
    returning id)
select max(id) from written
"""
"""All rounds together are more than the buffers between two processes hold."""
GRANTED = {
    # tickets, me, the ticket of `owner` in the team of `agent`: + granted, - not there; "closed": no connection
    "anonymous": "closed",
    "owner": "+ + +",
    "other": "+ + -",
    "agent": "+ + +",
    "outsider": "+ + -",
    "lead": "+ + +",
    "admin": "+ + +",
    "reading_token": "+ - +",
    "signed_out": "closed",
    "deactivated": "closed",
}


async def cookie_of(someone: Person) -> str:
    """The browser's cookie of a person who signs in by the form."""
    form = await someone.http.get("/sign-in", headers={"Authorization": ""})
    assert form.status_code == 200
    data = {"email": f"{someone.name}@example.com", "password": "correct horse battery"}
    answer = await someone.http.post("/sign-in", data=data, headers={"Authorization": ""})
    return answer.headers["set-cookie"].split(";")[0]


async def close_code(client: Client, seconds: float = 10) -> int:
    """The code the server closes with, within that time."""
    with suppress(ConnectionClosed):
        async with asyncio.timeout(seconds):
            while True:
                await client.socket.recv()
    return client.socket.close_code or 0


async def test_each_caller_holds_the_topics_the_table_says(site: Site) -> None:
    owner = await person(site, "customer")
    ticket_id = await owner.open_ticket()
    headers = await headers_of_all(owner.http, site.settings.owner_url)
    topics = [topic.format(ticket=ticket_id) for topic in TOPICS]
    got: dict[str, str] = {}
    for caller in CALLERS:
        token = headers[caller].get("Authorization", "Bearer none").removeprefix("Bearer ")
        async with connect(f"ws://127.0.0.1:{site.there}/ws", proxy=None) as opened:
            client = Client(opened)
            await client.say(type="authenticate", token=token)
            try:
                granted = await client.subscribe(*topics, "ticket:999999", "secrets", "ticket:0")
                got[caller] = " ".join("+" if topic in granted else "-" for topic in topics)
                assert set(granted) <= set(topics)
            except ConnectionClosed as closed:
                assert closed.rcvd and closed.rcvd.code == 4401
                got[caller] = "closed"
    assert got == GRANTED


async def test_a_page_of_another_site_gets_no_connection_by_the_cookie(site: Site) -> None:
    cookie = await cookie_of(await person(site, "agent"))
    url = f"ws://127.0.0.1:{site.here}/ws"
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{site.there}", None):
        with pytest.raises(InvalidStatus):
            await connect(url, proxy=None, additional_headers={"Cookie": cookie}, origin=origin)  # type: ignore[arg-type]
    own = f"http://127.0.0.1:{site.here}"
    async with connect(url, proxy=None, additional_headers={"Cookie": cookie}, origin=own) as socket:  # type: ignore[arg-type]
        assert (await Client(socket).hear())["type"] == "welcome"


async def test_a_token_in_the_address_or_a_first_message_without_one_opens_nothing(site: Site) -> None:
    agent = await person(site, "agent")
    for query, first in (
        (f"?token={agent.token}", {"type": "ping"}),
        ("", {"type": "subscribe", "topics": ["tickets"]}),
    ):
        async with connect(f"ws://127.0.0.1:{site.here}/ws{query}", proxy=None) as opened:
            client = Client(opened)
            await client.say(**first)
            assert await close_code(client) == 4401


async def test_who_is_signed_out_or_deactivated_is_cut_within_five_seconds(site: Site) -> None:
    admin, lead, agent = [await person(site, name) for name in ("admin", "lead", "agent")]
    made = await admin.http.post("/api/auth/tokens", json={"name": "t", "scopes": ["ticket:read"]})
    token = Person(site.here, "token", site.world)
    token.token = made.json()["token"]
    # each is connected to the other process than the one where it is signed out
    async with (
        lead.listening("tickets", port=site.there) as signed_out,
        agent.listening("tickets", port=site.there) as deactivated,
        token.listening("tickets", port=site.there) as revoked,
        admin.listening("tickets", port=site.there) as stays,
    ):
        await lead.http.post("/api/auth/logout")
        await admin.http.delete(f"/api/auth/tokens/{made.json()['id']}")
        site.execute("update users set is_active = false where id = %s", site.world.agent)
        begun = time.monotonic()
        try:
            codes = await asyncio.gather(*(close_code(client) for client in (signed_out, deactivated, revoked)))
            assert codes == [4401, 4401, 4401]
            assert time.monotonic() - begun < 5
            await stays.settle()
        finally:
            site.execute("update users set is_active = true where id = %s", site.world.agent)


async def test_a_slow_reader_is_cut_off_and_the_others_go_on(site: Site) -> None:
    customer, agent = await person(site, "customer"), await person(site, "agent")
    ticket_id = await customer.open_ticket()
    small = socket.create_connection(("127.0.0.1", site.here))
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    async with agent.listening("tickets") as quick, agent.listening("tickets", sock=small, ping_interval=None) as slow:
        slow.socket.transport.pause_reading()
        for _ in range(ROUNDS):
            with psycopg.connect(site.settings.database_url) as conn:
                last = conn.execute(FLOOD, {"ticket": ticket_id}).fetchone()
            assert last
            await quick.until_event(id=last[0])
        await asyncio.sleep(SEND_SECONDS + 1)
        said = await customer.comment(ticket_id)
        await quick.until_event(entity_id=said)
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
        slow.socket.transport.resume_reading()
        with pytest.raises(ConnectionClosed):
            while True:
                await slow.hear()
    # 1013 stands behind what it did not read; a connection that is torn down carries no code
    assert slow.socket.close_code in (1013, 1006)
    assert len(slow.events) < len(quick.events)


async def test_who_says_too_much_or_too_long_is_cut_off(site: Site) -> None:
    agent = await person(site, "agent")
    async with agent.listening() as client:
        with suppress(ConnectionClosed):
            for _ in range(200):
                await client.say(type="ping")
        # with words of its own on the way, a client may find the connection torn down before it reads the code
        assert await close_code(client) in (1008, 1006)
    async with agent.listening() as client:
        await client.say(type="subscribe", topics=["x" * 20_000])
        assert await close_code(client) == 1009


async def test_what_is_no_message_is_refused_and_the_connection_goes_on(site: Site) -> None:
    agent = await person(site, "agent")
    async with agent.listening() as client:
        for body in ("{", "[]", '{"type": "subscribe"}', '{"type": "erase"}', '{"type": "subscribe", "topics": [1]}'):
            await client.socket.send(body)
            assert (await client.until_type("problem"))["code"] == "live.malformed"
        await client.say(type="presence", ticket_id=1, state="viewing")
        assert (await client.until_type("problem"))["code"] == "live.presence"
        await client.settle()
