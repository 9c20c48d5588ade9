"""Live at size: one event to a thousand connections, and a stream of events to fifty.

This process commits the events and announces them as a process of the API does, without the reactions that a command
has; half of the connections are on each of two other processes. The first figure is the 99th percentile, over connections
and events, from the commit to the client's having read the event; next to it, the same message sent by a bare server on
`websockets` to as many connections. The second is which share of a stream of events every one of fifty watchers received,
and how late. `python -m tests.benchmarks live` takes CONNECTIONS and RATE from the environment.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import psycopg
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from api.actor import SYSTEM
from api.auth.passwords import hash_password
from api.clock import now
from api.db import Database
from api.events.catalogue import TicketUpdated
from api.events.tx import Tx
from api.live.process import open_live
from api.settings import Settings
from tests.benchmarks.cluster import cluster
from tests.benchmarks.create_ import Client
from tests.benchmarks.figures import tell
from tests.serving import served

CONNECTIONS = int(os.environ.get("CONNECTIONS", "1000"))
RATE = int(os.environ.get("RATE", "200"))
WATCHERS, EVENTS, SECONDS, COMMITTERS = 50, 20, 10, 8
OPENING = 20
SMALL = {"connections": 100, "rate": 50}
PASSWORD = "a long password"

Commit = Callable[[], Awaitable[int]]
"""Commits one event and announces it; returns its id."""


def main(connections: int = CONNECTIONS, rate: int = RATE) -> None:
    with cluster() as settings:
        prepare(settings)
        second = replace(settings, home=settings.home / "second")
        second.home.mkdir()
        with served(settings) as here, served(second) as there:
            asyncio.run(measure(settings, [here, there], connections, rate))


def prepare(settings: Settings) -> None:
    """One agent who sees all, and a customer."""
    with psycopg.connect(settings.owner_url) as conn:
        for name, role in (("agent", "agent"), ("customer", "customer")):
            conn.execute(
                "insert into users (email, name, role, password_hash, created_at, updated_at) values (%s, %s, %s, %s, %s, %s)",
                [f"{name}@example.com", name, role, hash_password(PASSWORD), now(), now()],
            )


async def measure(settings: Settings, ports: list[int], connections: int, rate: int) -> None:
    customer, token = await Client.connect(ports[0]), await token_of(ports[0], "customer")
    _, answer = await customer.post("/api/tickets", {"subject": "x", "description": "y"}, token)
    ticket_id = json.loads(answer)["id"]
    agent = await token_of(ports[0], "agent")
    db = Database(settings.database_url, 8)
    await db.open()
    async with open_live(db, settings, now):

        async def commit() -> int:
            async with db.write.connection() as conn:
                tx = Tx(conn, SYSTEM, now(), [])
                await tx.append(TicketUpdated(entity_id=ticket_id, ticket_id=ticket_id))
            for told in db.on_commit:
                told(tx.appended)
            return tx.appended[0].id or 0

        async with AsyncExitStack() as stack:
            listeners = await open_all(stack, ports, agent, connections)
            ours = await spread(listeners, commit)
        reference = await bare(connections)
        tell("live.fan_out", ours=ours, reference=reference, unit="s p99", connections=connections)

        async with AsyncExitStack() as stack:
            listeners = await open_all(stack, ports, agent, WATCHERS)
            received, late, reached = await stream(listeners, commit, rate)
    await db.close()
    tell(
        "live.stream", ours=received, reference=1.0, unit="share received", rate=reached, watchers=WATCHERS, p99_s=late
    )


async def token_of(port: int, name: str) -> str:
    client = await Client.connect(port)
    _, answer = await client.post("/api/auth/login", {"email": f"{name}@example.com", "password": PASSWORD})
    client.close()
    return json.loads(answer)["token"]


async def open_all(stack: AsyncExitStack, ports: list[int], token: str, count: int) -> list[ClientConnection]:
    """So many connections, by turns to each process, that hold the topic of all tickets."""
    opening = asyncio.Semaphore(OPENING)

    async def opened(n: int) -> ClientConnection:
        async with opening:
            socket = await connect(f"ws://127.0.0.1:{ports[n % len(ports)]}/ws", proxy=None, compression=None)
            await socket.send(json.dumps({"type": "authenticate", "token": token}))
            await socket.send(json.dumps({"type": "subscribe", "topics": ["tickets"]}))
            while json.loads(await socket.recv())["type"] != "subscribed":
                pass
            return socket

    sockets = await asyncio.gather(*(opened(n) for n in range(count)))
    for socket in sockets:
        stack.push_async_callback(socket.close)
    return sockets


async def spread(sockets: list[ClientConnection], commit: Commit) -> float:
    """99th percentile of the seconds from a commit to each connection's having its event."""

    async def heard(socket: ClientConnection) -> float:
        while not json.loads(await socket.recv()).get("events"):
            pass
        return time.perf_counter()

    taken: list[float] = []
    for _ in range(EVENTS):
        hearing = [asyncio.create_task(heard(socket)) for socket in sockets]
        await asyncio.sleep(0.5)
        await commit()
        begun = time.perf_counter()
        taken += [at - begun for at in await asyncio.gather(*hearing)]
    return p99(taken)


async def bare(count: int) -> float:
    """The same, where all the server does is to send a message of that length to all it holds."""
    held: set[ServerConnection] = set()

    async def hold(socket: ServerConnection) -> None:
        held.add(socket)
        await socket.wait_closed()

    async with serve(hold, "127.0.0.1", 0, compression=None) as server, AsyncExitStack() as stack:
        port = next(iter(server.sockets)).getsockname()[1]
        sockets = [await connect(f"ws://127.0.0.1:{port}", proxy=None, compression=None) for _ in range(count)]
        for socket in sockets:
            stack.push_async_callback(socket.close)

        async def heard(socket: ClientConnection) -> float:
            await socket.recv()
            return time.perf_counter()

        taken: list[float] = []
        for _ in range(EVENTS):
            hearing = [asyncio.create_task(heard(socket)) for socket in sockets]
            await asyncio.sleep(0.5)
            begun = time.perf_counter()
            broadcast(held, "x" * 200)
            taken += [at - begun for at in await asyncio.gather(*hearing)]
    return p99(taken)


async def stream(sockets: list[ClientConnection], commit: Commit, rate: int) -> tuple[float, float, int]:
    """(share of the events that every watcher received, 99th percentile of the seconds that took, commits a second)."""
    wanted = rate * SECONDS
    sent: dict[int, float] = {}
    arrived: list[dict[int, float]] = [{} for _ in sockets]

    async def hear(n: int) -> None:
        while len(arrived[n]) < wanted:
            for event in json.loads(await sockets[n].recv()).get("events", []):
                arrived[n].setdefault(event["id"], time.perf_counter())

    hearing = asyncio.gather(*(hear(n) for n in range(len(sockets))))
    begun = time.perf_counter()

    async def say(first: int) -> None:
        for number in range(first, wanted, COMMITTERS):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            sent[await commit()] = time.perf_counter()

    await asyncio.gather(*(say(n) for n in range(COMMITTERS)))
    reached = round(wanted / (time.perf_counter() - begun))
    with suppress(TimeoutError):
        await asyncio.wait_for(hearing, 30)
    share = min(len(each.keys() & sent.keys()) for each in arrived) / wanted
    late = p99([at - sent[event_id] for each in arrived for event_id, at in each.items() if event_id in sent])
    return share, round(late, 4), reached


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
