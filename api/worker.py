"""Sends what waits in `deliveries`, within a second of its commit and again for as long as it fails; reads the mailbox.

A delivery is claimed in one short transaction, sent while none is open, and recorded in another. Runs in the API's
processes or alone (`redress worker`); any number at once share the queue.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TypeVar

import psycopg
import structlog

import api.notifications.mail
import api.notifications.push
import api.webhooks.send
from api import log
from api.actor import SYSTEM
from api.attachments.storage import open_storage
from api.clock import Clock, now
from api.db import Database
from api.deliveries.channels import Way, leave
from api.deliveries.commands import Claimed, claim, record
from api.deliveries.queries import is_delivery_due
from api.deliveries.rules import Attempt, own_addresses, settle
from api.events.catalogue import Event
from api.inbound.collect import collecting
from api.reactions import open_tx, openings_of
from api.settings import Settings
from api.tasks import end

WAYS: dict[str, Way] = {
    "email": Way(api.notifications.mail.send, leave),
    "push": Way(api.notifications.push.send, api.notifications.push.settle),
    "webhook": Way(api.webhooks.send.send, api.webhooks.send.settle),
}
"""THE list of ways out, by channel."""

SLOTS = 32
BATCH = 8
PER_WEBHOOK = 4
"""A receiver that hangs holds at most PER_WEBHOOK + BATCH - 1 of the SLOTS; the others go on."""

POLL_SECONDS = 0.5
SEND_SECONDS = 60
"""Half a lease: nobody else takes what is still being sent."""

STOP_SECONDS = 5
OVERDUE_SECONDS = 20
"""What is due for longer has no worker that looks after it."""

T = TypeVar("T")
_log = log.get("worker")


class Worker:
    """One process's share of the queue."""

    def __init__(
        self, db: Database, settings: Settings, clock: Clock = now, ways: Mapping[str, Way] | None = None
    ) -> None:
        self.db, self.settings, self.clock = db, settings, clock
        self.ways = WAYS if ways is None else ways
        self.openings = openings_of(db, SYSTEM, clock)
        self._own_addresses = own_addresses(settings.mail_from)
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._flying: set[asyncio.Task[None]] = set()
        self._per_webhook: Counter[int] = Counter()
        # claiming and recording take few connections, so that a burst leaves the pool to requests
        self._turn = asyncio.Semaphore(2)

    def nudge(self, _: Sequence[Event] = ()) -> None:
        """Something was committed: look at once."""
        self._wake.set()

    def stop(self) -> None:
        """Take no more; `run` ends."""
        self._is_stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until stopped; what is being sent then gets STOP_SECONDS, and is sent again after its lease otherwise."""
        while not self._is_stopping:
            self._wake.clear()
            try:
                has_more = await self._fill() == BATCH
            except (psycopg.Error, OSError) as error:
                _log.warning("queue_away", error=type(error).__name__)
                has_more = False
            if not has_more and not self._is_stopping:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._wake.wait()
        if self._flying:
            _, late = await asyncio.wait(self._flying, timeout=STOP_SECONDS)
            await end(*late)

    async def drain(self) -> int:
        """Send all that is due now, and return how many tries that took."""
        tries = 0
        while claimed := await self._claim(BATCH):
            await asyncio.gather(*(self._deliver(delivery) for delivery in claimed))
            tries += len(claimed)
        return tries

    async def _fill(self) -> int:
        """Start as many as there are slots for; returns how many were taken."""
        batch = min(BATCH, SLOTS - len(self._flying))
        claimed = await self._claim(batch) if batch > 0 else []
        for delivery in claimed:
            task = asyncio.create_task(self._fly(delivery))
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)
        return len(claimed)

    async def _fly(self, delivery: Claimed) -> None:
        webhook_id = delivery.webhook_id
        if webhook_id is not None:
            self._per_webhook[webhook_id] += 1
        try:
            await self._deliver(delivery)
        except (psycopg.Error, OSError) as error:
            _log.warning("not_recorded", delivery_id=delivery.id, error=type(error).__name__)
        finally:
            if webhook_id is not None:
                self._per_webhook[webhook_id] -= 1
            self._wake.set()

    async def _claim(self, batch: int) -> list[Claimed]:
        async with self._turn, open_tx(self.db, SYSTEM, self.clock()) as tx:
            busy = [webhook_id for webhook_id, count in self._per_webhook.items() if count >= PER_WEBHOOK]
            return await claim(tx, batch=batch, busy_webhook_ids=busy, own_addresses=self._own_addresses)

    async def _deliver(self, delivery: Claimed) -> None:
        """Send and record; every line that is logged meanwhile names the delivery."""
        with structlog.contextvars.bound_contextvars(delivery_id=delivery.id, ticket_id=delivery.ticket_id):
            await self._send_and_record(delivery)

    async def _send_and_record(self, delivery: Claimed) -> None:
        begun = time.monotonic()
        attempt = await self._send(delivery)
        latency_ms = int((time.monotonic() - begun) * 1000)
        settlement = settle(attempt, delivery.tries, random.random())
        async with self._turn, open_tx(self.db, SYSTEM, self.clock()) as tx:
            await record(tx, delivery, attempt, settlement, latency_ms)
            await self.ways[delivery.channel].settle(tx, delivery, attempt, settlement)
        _log.info(
            "delivery",
            channel=delivery.channel,
            attempt=delivery.attempt,
            status=settlement.status,
            reason=settlement.reason,
            latency_ms=latency_ms,
        )

    async def _send(self, delivery: Claimed) -> Attempt:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self.ways[delivery.channel].send(self.openings, self.settings, delivery)
        except TimeoutError:
            return Attempt(outcome="failed", response=f"No end after {SEND_SECONDS} seconds.")
        except Exception as error:
            # whatever a receiver or a template causes is that delivery's failure, and must not stop the others
            _log.exception("send_failed")
            return Attempt(outcome="failed", response=type(error).__name__)


@asynccontextmanager
async def sending(db: Database, settings: Settings, clock: Clock) -> AsyncGenerator[None]:
    """A worker for as long as the block runs, woken by every commit of this process; none where settings say so."""
    if not settings.is_worker_in_api:
        yield
        return
    worker = Worker(db, settings, clock)
    task = asyncio.create_task(worker.run())
    db.on_commit.append(worker.nudge)
    try:
        async with collecting(worker.openings, open_storage(settings), settings):
            yield
    finally:
        db.on_commit.remove(worker.nudge)
        worker.stop()
        await task


def run_worker(settings: Settings) -> None:
    """Send until stopped, from a process that has no event loop."""
    asyncio.run(_run(settings, _until_told))


def run_due(settings: Settings) -> int:
    """Send what is due now; returns how many tries that took."""
    return asyncio.run(_run(settings, lambda worker: worker.drain()))


def is_overdue(settings: Settings, at: datetime) -> bool:
    """Whether something is due that no worker has taken for OVERDUE_SECONDS; one indexed question."""
    return asyncio.run(_is_overdue(settings, at))


async def _until_told(worker: Worker) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, worker.stop)
    async with collecting(worker.openings, open_storage(worker.settings), worker.settings):
        await worker.run()


async def _run(settings: Settings, work: Callable[[Worker], Awaitable[T]]) -> T:
    db = Database(settings.database_url, size=4)
    await db.open()
    try:
        return await work(Worker(db, settings))
    finally:
        await db.close()


async def _is_overdue(settings: Settings, at: datetime) -> bool:
    db = Database(settings.database_url, size=1)
    await db.read.open()
    try:
        async with db.open_read(SYSTEM, at) as read:
            return await is_delivery_due(read, overdue_seconds=OVERDUE_SECONDS)
    finally:
        await db.close()
