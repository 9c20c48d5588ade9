"""Tickets opened per second: over HTTP by 16 signed-in clients, against 16 bare connections that run the same statements.

The reference replays what one create sends to PostgreSQL (recorded from the real command, reactions and all), with the
ids of its own rows put in, on plain psycopg connections without a pool, HTTP, validation or rendering. Both sides write
the same rows into the same kind of installation, take turns, and start from equally full tables.
"""

import asyncio
import json
import time
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor

import api.reactions as reactions
from api import clock
from api.actor import Actor
from api.db import Database
from api.reactions import open_tx
from api.settings import Settings
from api.tickets.commands.create import create_ticket
from api.tickets.rules.number import ticket_number
from api.tickets.wire import NewTicket
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell
from tests.serving import served

CLIENTS = 16
TICKETS = 1_600
ROUNDS = 3
FIRST_TICKET, FIRST_EVENT = 5_000_000_000, 7_000_000_000
"""Where ids start, so that they can be told from other numbers in the recorded statements."""
SPAN = 1_000_000_000
DATA = NewTicket(subject="Router drops every night", description="Since Monday, at **two** in the morning.")


def main() -> None:
    with cluster() as settings:
        customers = prepare(settings)
        recorded = asyncio.run(record(settings, customers[0]))
        with served(settings) as port:
            tokens = asyncio.run(sign_in(port, len(customers)))
            ours, reference = [], []
            asyncio.run(over_http(port, tokens, 160))
            for _ in range(ROUNDS):
                ours.append(asyncio.run(over_http(port, tokens, TICKETS)))
                reference.append(asyncio.run(replayed(settings.database_url, recorded, TICKETS)))
    tell(
        "create",
        ours=sorted(ours)[ROUNDS // 2],
        reference=sorted(reference)[ROUNDS // 2],
        unit="tickets/s",
        statements=len(recorded),
    )


def prepare(settings: Settings) -> list[int]:
    """People: 16 customers who can sign in, 20 agents with room; policies; ids that can be recognised."""
    from api.auth.passwords import hash_password
    from api.sample.defaults import ensure_defaults

    now = clock.now()
    with psycopg.connect(settings.owner_url) as conn:
        ensure_defaults(conn)
        conn.execute(
            "insert into users (email, name, role, availability, capacity, created_at, updated_at) "
            "select 'agent' || n || '@example.com', 'Agent ' || n, 'agent', 'available', 1000000, %s, %s "
            "from generate_series(1, 20) n",
            [now, now],
        )
        rows = conn.execute(
            "insert into users (email, name, role, password_hash, created_at, updated_at) "
            "select 'customer' || n || '@example.com', 'Customer ' || n, 'customer', %s, %s, %s "
            "from generate_series(1, %s) n returning id",
            [hash_password("a long password"), now, now, CLIENTS],
        ).fetchall()
        conn.execute(f"alter table tickets alter column id restart with {FIRST_TICKET}".encode())
        conn.execute(f"alter table audit_logs alter column id restart with {FIRST_EVENT}".encode())
    return [row[0] for row in rows]


async def sign_in(port: int, count: int) -> list[str]:
    """One access token per customer."""
    tokens = []
    for n in range(1, count + 1):
        client = await Client.connect(port)
        body = {"email": f"customer{n}@example.com", "password": "a long password"}
        status, answer = await client.post("/api/auth/login", body)
        assert status in (200, 201), answer
        tokens.append(json.loads(answer)["token"])
        client.close()
    return tokens


class Client:
    """One keep-alive connection, with no more HTTP than this benchmark needs."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def post(self, path: str, body: object, token: str = "") -> tuple[int, bytes]:
        return await self.send("POST", path, token, json.dumps(body).encode())

    async def send(self, method: str, path: str, token: str = "", payload: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer."""
        sign = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{sign}Content-Length: {len(payload)}\r\n\r\n"
        self.writer.write(head.encode() + payload)
        received = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in received.split("\r\n")[1:] if ": " in line)
        if "content-length" in headers:
            answer = await self.reader.readexactly(int(headers["content-length"]))
        else:
            answer = b""
            while size := int(await self.reader.readline(), 16):
                answer += await self.reader.readexactly(size)
                await self.reader.readline()
            await self.reader.readline()
        return int(received.split()[1]), answer

    def close(self) -> None:
        self.writer.close()


async def over_http(port: int, tokens: list[str], count: int) -> float:
    """Tickets per second, each answered with 201."""
    body = {"subject": DATA.subject, "description": DATA.description}

    async def work(token: str) -> None:
        client = await Client.connect(port)
        for _ in range(count // len(tokens)):
            status, answer = await client.post("/api/tickets", body, token)
            assert status == 201, answer
        client.close()

    start = time.perf_counter()
    await asyncio.gather(*(work(token) for token in tokens))
    return count / (time.perf_counter() - start)


async def record(settings: Settings, customer: int) -> list[tuple[bytes, Any]]:
    """The statements of one create, from the first after `begin` to the last before `commit`."""
    statements: list[tuple[bytes, Any]] = []

    class Recording(AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **kw: Any) -> Any:
            statements.append((query, params))
            return await super().execute(query, params, **kw)

    db = Database(settings.database_url, 1)
    await db.open()
    try:
        now = clock.now()
        async with open_tx(db, Actor(id=customer, role="customer"), now) as tx:
            tx.conn.cursor_factory = Recording
            await create_ticket(tx, DATA, "api")
            tx.conn.cursor_factory = AsyncCursor
    finally:
        await db.close()
    assert reactions.REACTIONS
    return statements


async def replayed(url: str, statements: list[tuple[bytes, Any]], count: int) -> float:
    """Transactions per second of the recorded statements on CLIENTS connections."""

    async def work(n: int) -> None:
        async with await AsyncConnection.connect(url) as conn:
            for _ in range(count // CLIENTS):
                await replay(conn, statements)

    start = time.perf_counter()
    await asyncio.gather(*(work(n) for n in range(CLIENTS)))
    return count / (time.perf_counter() - start)


async def replay(conn: AsyncConnection[Any], statements: list[tuple[bytes, Any]]) -> None:
    """One create: recorded ids are replaced by those the earlier statements returned."""
    import secrets

    known: dict[int, int] = {}
    events: list[int] = []
    async with conn.transaction():
        for query, params in statements:
            sent = _with_ids(params, known) if params else params
            if isinstance(sent, dict) and "number" in sent:
                sent["number"] = ticket_number(secrets.randbits(35))
            cursor = await conn.execute(query, sent)
            rows = await cursor.fetchall() if cursor.description else []
            if isinstance(sent, dict) and "number" in sent:
                known[RECORDED["ticket"]] = rows[0][0]
            elif b"insert into audit_logs" in query:
                for row in rows:
                    known[RECORDED["event"] + len(events)] = row[0]
                    events.append(row[0])


RECORDED = {"ticket": FIRST_TICKET, "event": FIRST_EVENT}


def _with_ids(value: Any, known: dict[int, int]) -> Any:
    if isinstance(value, dict):
        return {key: _with_ids(item, known) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_ids(item, known) for item in value]
    if isinstance(value, int) and value >= FIRST_TICKET:
        return known.get(value, value)
    return value
