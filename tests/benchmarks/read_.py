"""A ticket and a page of tickets per second: over HTTP by 16 signed-in clients, against the same statements on 16 connections.

The reference replays what one request sends to PostgreSQL once its reader is known, on plain psycopg connections that
fetch the rows and make nothing of them. Both sides take turns on the same 2,000 tickets.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from psycopg import AsyncConnection, AsyncCursor

from api import clock
from api.actor import Actor
from api.db import Database, Read
from api.settings import Settings
from tests.benchmarks.cluster import cluster
from tests.benchmarks.create_ import CLIENTS, FIRST_TICKET, Client, over_http, prepare, sign_in
from tests.benchmarks.figures import tell
from tests.serving import served

TICKETS = 2_000
READS = 3_200
ROUNDS = 3

Statements = list[tuple[Any, Any]]


def main() -> None:
    from api.tickets.queries.detail import get_ticket
    from api.tickets.queries.lists import TicketFilter, list_tickets

    questions: dict[str, tuple[str, Callable[[Read], Awaitable[object]]]] = {
        "detail": (f"/api/tickets/{FIRST_TICKET}", lambda read: get_ticket(read, FIRST_TICKET)),
        "list": ("/api/tickets?limit=20", lambda read: list_tickets(read, TicketFilter(), limit=20)),
    }
    with cluster() as settings:
        customers = prepare(settings)
        with served(settings) as port:
            tokens = asyncio.run(sign_in(port, 1))
            asyncio.run(over_http(port, tokens, TICKETS))
            for name, (path, ask) in questions.items():
                recorded = asyncio.run(record(settings, Actor(id=customers[0], role="customer"), ask))
                ours, reference = [], []
                asyncio.run(read_over_http(port, tokens[0], path, READS // 4))
                for _ in range(ROUNDS):
                    ours.append(asyncio.run(read_over_http(port, tokens[0], path, READS)))
                    reference.append(asyncio.run(replayed(settings.database_url, recorded)))
                tell(f"read_{name}", ours=sorted(ours)[ROUNDS // 2], reference=sorted(reference)[ROUNDS // 2],
                     unit="reads/s", statements=len(recorded))  # fmt: skip


async def read_over_http(port: int, token: str, path: str, count: int) -> float:
    """Answers per second."""

    async def work() -> None:
        client = await Client.connect(port)
        for _ in range(count // CLIENTS):
            status, answer = await client.send("GET", path, token)
            assert status == 200, answer
        client.close()

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CLIENTS)))
    return count / (time.perf_counter() - start)


async def record(settings: Settings, actor: Actor, ask: Callable[[Read], Awaitable[object]]) -> Statements:
    """The statements of one question."""
    statements: Statements = []

    class Recording(AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **kw: Any) -> Any:
            statements.append((query, params))
            return await super().execute(query, params, **kw)

    db = Database(settings.database_url, 1)
    await db.open()
    try:
        async with db.open_read(actor, clock.now()) as read:
            read.conn.cursor_factory = Recording
            await ask(read)
            read.conn.cursor_factory = AsyncCursor
    finally:
        await db.close()
    return statements


async def replayed(url: str, statements: Statements) -> float:
    """Times per second that the statements were answered, in one transaction each time."""

    async def work() -> None:
        async with await AsyncConnection.connect(url) as conn:
            for _ in range(READS // CLIENTS):
                async with conn.transaction():
                    for query, params in statements:
                        await (await conn.execute(query, params)).fetchall()

    start = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CLIENTS)))
    return READS / (time.perf_counter() - start)
