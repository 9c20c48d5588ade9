"""`Tx`: the only handle that writes. It cannot change anything without appending to the log."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, AsyncPipeline

from api.actor import Actor
from api.db import Params, Read
from api.events.append import insert_events
from api.events.catalogue import Event

MAX_DEPTH = 5

Reaction = Callable[["Tx", Sequence[Event]], Awaitable[None]]


class Tx(Read):
    """One open transaction, on behalf of `actor`, at the instant `now`.

    `append` writes a batch of events and runs every reaction on it before it returns, so that a command's consequences
    are there when the command is. Reactions may append in turn, at most MAX_DEPTH deep; when the outermost append is
    through, the effects run, once, on all events it led to.
    """

    def __init__(
        self,
        conn: AsyncConnection[Any],
        actor: Actor,
        now: datetime,
        reactions: Sequence[Reaction],
        effects: Sequence[Reaction] = (),
    ) -> None:
        super().__init__(conn, actor, now)
        self.appended: list[Event] = []
        """All that was written to the log, in order: what is announced after commit."""
        self._reactions = reactions
        self._effects = effects
        self._depth = 0
        self._effected = 0
        self._pipeline: AsyncPipeline | None = None

    async def run(self, query: str, params: Params = None) -> int:
        """Execute a statement that writes; returns the number of rows it touched."""
        cursor = await self.conn.execute(query.encode(), params)
        if self._pipeline is not None:
            await self._pipeline.sync()
        return cursor.rowcount

    async def send(self, query: str, params: Params = None) -> None:
        """Execute a statement of which nobody asks what it touched.

        In a reaction or an effect it travels with the next statement that is waited for, and fails there.
        """
        await self.conn.execute(query.encode(), params)

    def not_before(self, instant: datetime) -> None:
        """Move `now` forward to `instant`: who waited for a row's lock acts after the one who held it."""
        self.now = max(self.now, instant)

    @contextmanager
    def acting_as(self, actor: Actor) -> Generator[None]:
        """Somebody else acts until the block ends; what follows from that may nest as deep as what a person does."""
        before, depth = self.actor, self._depth
        self.actor, self._depth = actor, min(depth, 1)
        try:
            yield
        finally:
            self.actor, self._depth = before, depth

    @asynccontextmanager
    async def attempt(self) -> AsyncGenerator[None]:
        """A part that may fail by itself: when the block raises, what it wrote and appended is undone, and it raises."""
        kept = len(self.appended)
        try:
            async with self.conn.transaction():
                yield
        except BaseException:
            del self.appended[kept:]
            raise

    async def append(self, *events: Event) -> None:
        """Write the events to the log and let every slice react to them, as one batch."""
        if not events:
            return
        if self._depth > 0:
            await self._append(events)
            return
        async with self.conn.pipeline() as self._pipeline:
            try:
                await self._append(events)
            finally:
                self._pipeline = None

    async def _append(self, events: Sequence[Event]) -> None:
        if self._depth >= MAX_DEPTH:
            raise RuntimeError(f"Reactions nest deeper than {MAX_DEPTH}: {[event.action for event in events]}")
        written = await insert_events(self, events)
        self.appended.extend(written)
        self._depth += 1
        try:
            for react in self._reactions:
                await react(self, written)
        finally:
            self._depth -= 1
        if self._depth == 0:
            batch, self._effected = self.appended[self._effected :], len(self.appended)
            for effect in self._effects:
                await effect(self, batch)
