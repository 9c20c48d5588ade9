"""The minute: every slice's set-based step, in order. The second wiring list, beside `reactions.py`.

Each round is one transaction under one advisory lock and takes a bounded batch of each step; rounds repeat until no step
is full. Killed between or within rounds, the next sweep goes on: a step only takes what is still due.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

import api.attachments.sweep
import api.deliveries.sweep
import api.notifications.sweep
import api.privacy.sweep
import api.routing.sweep
import api.sla.sweep
import api.tickets.sweep
import api.workflows.sweep
from api.actor import SYSTEM
from api.attachments.storage import open_storage
from api.clock import now
from api.db import Database, sql
from api.events.seal import BATCH as SEAL_BATCH
from api.events.seal import seal
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.privacy.queries.due import is_retention_overdue
from api.reactions import open_tx, openings_of
from api.settings import Settings

MAX_ROUNDS = 500
STATEMENT_TIMEOUT = "60s"

Step = Callable[[Tx], Awaitable[int]]
"""Does a bounded batch of what is due at `tx.now`; returns how many."""

STEPS: dict[str, tuple[Step, int]] = {
    "rebased": (api.sla.sweep.rebase_waiting, api.sla.sweep.REBASE_BATCH),
    "breached": (api.sla.sweep.breach_overdue, api.sla.sweep.BATCH),
    "at_risk": (api.sla.sweep.warn_at_risk, api.sla.sweep.BATCH),
    "closed": (api.tickets.sweep.close_resolved, api.tickets.sweep.BATCH),
    "woken": (api.tickets.sweep.wake_snoozed, api.tickets.sweep.BATCH),
    "routed": (api.routing.sweep.route_waiting, api.routing.sweep.BATCH),
    "fired": (api.workflows.sweep.fire_by_time, api.workflows.sweep.BATCH),
    "forgotten_bulk": (api.tickets.sweep.forget_bulk, api.tickets.sweep.BATCH),
    "forgotten_runs": (api.workflows.sweep.forget_runs, api.workflows.sweep.FORGET_BATCH),
    "forgotten": (api.notifications.sweep.forget_read, api.notifications.sweep.BATCH),
    "forgotten_sessions": (api.privacy.sweep.forget_sessions, api.privacy.sweep.ROWS_BATCH),
    "forgotten_mails": (api.privacy.sweep.forget_mails, api.privacy.sweep.ROWS_BATCH),
    "dropped_files": (api.privacy.sweep.drop_files, api.privacy.sweep.FILES_BATCH),
    "erased_tickets": (api.privacy.sweep.erase_closed, api.privacy.sweep.TICKETS_BATCH),
    "forgotten_deliveries": (api.deliveries.sweep.forget_settled, api.deliveries.sweep.BATCH),
}
"""Name → the step and the size of its batch, in order: a breach escalates before anything else is looked at."""


class SweepResult(msgspec.Struct, frozen=True, kw_only=True):
    """How many each step handled. `is_complete` is false when another sweep held the lock or the rounds ran out."""

    done: dict[str, int]
    sealed: int
    is_complete: bool


async def is_anything_due(db: Database, at: datetime) -> bool:
    """A few indexed questions, asked before a sweep is started."""
    async with db.open_read(SYSTEM, at) as read:
        settings = await get_settings(read)
        params = {"now": at, "auto_close_after_seconds": settings.auto_close_after_seconds}
        return bool(await read.value(sql("events/due"), params)) or await is_retention_overdue(read)


async def sweep(db: Database, at: datetime) -> SweepResult:
    """Do all that is due at `at`, then seal the log."""
    done = dict.fromkeys(STEPS, 0)
    is_complete = False
    for _ in range(MAX_ROUNDS):
        async with open_tx(db, SYSTEM, at) as tx:
            if not await tx.value("select pg_try_advisory_xact_lock(hashtext('sweep'))"):
                break
            is_full = False
            for name, (step, batch) in STEPS.items():
                count = await step(tx)
                done[name] += count
                is_full = is_full or count >= batch
        if not is_full:
            is_complete = True
            break
    return SweepResult(done=done, sealed=await seal_all(db, at), is_complete=is_complete)


async def seal_all(db: Database, at: datetime) -> int:
    """Seal every settled row of the log; returns how many."""
    sealed = 0
    while True:
        async with open_tx(db, SYSTEM, at) as tx:
            count = await seal(tx)
        sealed += count
        if count < SEAL_BATCH:
            return sealed


def run_sweep(settings: Settings) -> SweepResult:
    """One sweep of this installation, from a process that has no event loop: the command line and Dagster."""
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> SweepResult:
    db = Database(settings.database_url, size=2, statement_timeout=STATEMENT_TIMEOUT)
    await db.open()
    try:
        result = await sweep(db, now())
        removed = await api.attachments.sweep.remove_leftovers(openings_of(db, SYSTEM, now), open_storage(settings))
        return msgspec.structs.replace(result, done=result.done | {"leftovers": removed})
    finally:
        await db.close()
