"""Connections: two pools, the read handle `Read`, and `sql()`, which loads a statement kept beside its slice."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from psycopg import AsyncConnection, OperationalError
from psycopg.rows import class_row, dict_row, scalar_row, tuple_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from api.actor import Actor

T = TypeVar("T")
Params = Mapping[str, Any] | Sequence[Any] | None

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)

POOL_WAIT_SECONDS = 2.0
RECONNECT_SECONDS = 3.0
"""After this long a pool stops trying by itself and tries when asked: its own pauses double, up to minutes."""
STATEMENT_TIMEOUT = "5s"
LONG_STATEMENT_TIMEOUT = "120s"


@cache
def sql(name: str) -> str:
    """Text of `api/<slice>/sql/<statement>.sql`, for the name `<slice>/<statement>`."""
    owner, statement = name.split("/")
    return (Path(__file__).parent / owner / "sql" / f"{statement}.sql").read_text()


class Read:
    """A handle that reads, on behalf of an actor, as of an instant. One method call is one statement."""

    def __init__(self, conn: AsyncConnection[Any], actor: Actor, now: datetime) -> None:
        self.conn = conn
        self.actor = actor
        self.now = now

    async def all(self, query: str, params: Params, kind: type[T]) -> list[T]:
        """Every row as `kind`, whose field names are the statement's column names."""
        async with self.conn.cursor(row_factory=class_row(kind)) as cursor:
            await cursor.execute(query.encode(), params)
            return await cursor.fetchall()

    async def one(self, query: str, params: Params, kind: type[T]) -> T | None:
        """The first row as `kind`, or None."""
        async with self.conn.cursor(row_factory=class_row(kind)) as cursor:
            await cursor.execute(query.encode(), params)
            return await cursor.fetchone()

    async def value(self, query: str, params: Params = None) -> Any:
        """The first column of the first row, or None."""
        async with self.conn.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(query.encode(), params)
            return await cursor.fetchone()

    async def values(self, query: str, params: Params = None) -> list[Any]:
        """The first column of every row."""
        async with self.conn.cursor(row_factory=scalar_row) as cursor:
            await cursor.execute(query.encode(), params)
            return await cursor.fetchall()

    async def dicts(self, query: str, params: Params = None) -> list[dict[str, Any]]:
        """Every row as a dict, for rows that only travel on."""
        async with self.conn.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query.encode(), params)
            return await cursor.fetchall()

    async def batches(self, query: str, params: Params, size: int) -> AsyncGenerator[list[tuple[Any, ...]]]:
        """Every row as a tuple, `size` at a time by a server-side cursor: as of one instant, in the memory of one batch."""
        async with self.conn.transaction(), self.conn.cursor("batches", row_factory=tuple_row) as cursor:
            await cursor.execute(query.encode(), params)
            while rows := await cursor.fetchmany(size):
                yield rows


class Pool(AsyncConnectionPool[AsyncConnection[Any]]):
    """A pool that tells a server that is away from one that is busy: the first raises OperationalError, the second PoolTimeout."""

    def __init__(self, url: str, size: int, **kwargs: Any) -> None:
        super().__init__(
            url,
            min_size=1,
            max_size=size,
            open=False,
            timeout=POOL_WAIT_SECONDS,
            reconnect_timeout=RECONNECT_SECONDS,
            kwargs=kwargs,
        )

    async def getconn(self, timeout: float | None = None) -> AsyncConnection[Any]:
        before = self.get_stats().get("connections_errors", 0)
        try:
            return await super().getconn(timeout)
        except PoolTimeout as error:
            if self.get_stats().get("connections_errors", 0) > before:
                raise OperationalError("no connection to the server") from error
            raise


class Database:
    """The pools of one process. Reads run in autocommit on read-only sessions: one statement, one round trip."""

    def __init__(self, url: str, size: int, statement_timeout: str = STATEMENT_TIMEOUT) -> None:
        self.on_commit: list[Callable[[Sequence[Any]], None]] = []
        """Called with the events of each transaction once it is committed; must return at once and not raise."""
        options = f"-c statement_timeout={statement_timeout} -c timezone=UTC"
        self.write = Pool(url, size, options=options)
        self.read = Pool(url, size, options=f"{options} -c default_transaction_read_only=on", autocommit=True)

    async def open(self) -> None:
        await self.write.open()
        await self.read.open()

    async def close(self) -> None:
        await self.write.close()
        await self.read.close()

    @asynccontextmanager
    async def open_read(self, actor: Actor, now: datetime) -> AsyncGenerator[Read]:
        """A read handle for the length of the block."""
        async with self.read.connection() as conn:
            yield Read(conn, actor, now)


@asynccontextmanager
async def open_long_read(url: str, actor: Actor, now: datetime) -> AsyncGenerator[Read]:
    """A read handle on a connection of its own, beside the pools, whose statements may take LONG_STATEMENT_TIMEOUT."""
    options = f"-c statement_timeout={LONG_STATEMENT_TIMEOUT} -c timezone=UTC -c default_transaction_read_only=on"
    async with await AsyncConnection[Any].connect(url, autocommit=True, options=options) as conn:
        yield Read(conn, actor, now)
