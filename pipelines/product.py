"""The one door to the product: its settings, its clock, its log to read, its sweep to run."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from api import log, worker
from api.actor import SYSTEM
from api.clock import now
from api.db import Database
from api.installation.queries import get_settings
from api.installation.rules import InstallationSettings
from api.notifications.commands.reports import enqueue_report
from api.notifications.queries.reports import Wanted, list_wanted_reports
from api.notifications.rules.reports import due
from api.reactions import open_tx
from api.settings import Settings, load
from api.sweep import SweepResult, is_anything_due, run_sweep
from pipelines.warehouse import Connection, connect, value

MONTHS_AHEAD = 3
SEAL_AFTER = timedelta(minutes=5)

_UNSEALED = """
select exists (select from audit_logs e
               where (e.tx, e.id) > (select coalesce(max(to_tx), '0'::xid8), coalesce(max(to_id), 0) from last)
                 and e.tx < pg_snapshot_xmin(pg_current_snapshot()) and e.occurred_at < %(before)s)
"""


def settings() -> Settings:
    """Settings of this process."""
    return load()


def instant() -> datetime:
    """The present instant."""
    return now()


def name_run(run_id: str) -> None:
    """Every line of the product's logs in this process names Dagster's run, as those of the API name their request."""
    log.configure(as_json=settings().log_json)
    structlog.contextvars.bind_contextvars(run_id=run_id)


@contextmanager
def open_product(settings: Settings) -> Generator[Connection]:
    """The product's database as its reader, in one snapshot per `conn.transaction()`."""
    with connect(settings.reader_url) as conn:
        conn.execute("set default_transaction_isolation = 'repeatable read'")
        conn.execute("set default_transaction_read_only = on")
        yield conn


def installation(settings: Settings, at: datetime) -> InstallationSettings:
    """What the administrator set, as of now."""
    return asyncio.run(_installation(settings, at))


async def _installation(settings: Settings, at: datetime) -> InstallationSettings:
    db = Database(settings.reader_url, size=1)
    await db.read.open()
    try:
        async with db.open_read(SYSTEM, at) as read:
            return await get_settings(read)
    finally:
        await db.close()


def sweep(settings: Settings) -> SweepResult:
    """Do all that is due: breach, warn, close, route, forget, seal."""
    return run_sweep(settings)


def why_sweep(settings: Settings, at: datetime) -> str | None:
    """Why a sweep is needed now, or None. One indexed question each for what is due and what waits for its seal."""
    if asyncio.run(_is_due(settings, at)):
        return "something is due"
    with connect(settings.database_url) as conn:
        last = "with last as (select to_tx, to_id from audit_seals order by id desc limit 1)"
        if value(conn, last + _UNSEALED, {"before": at - SEAL_AFTER}):
            return "events wait for their seal"
    return None


async def _is_due(settings: Settings, at: datetime) -> bool:
    db = Database(settings.database_url, size=1)
    await db.read.open()
    try:
        return await is_anything_due(db, at)
    finally:
        await db.close()


def why_deliver(settings: Settings, at: datetime) -> str | None:
    """Why the queue of all that goes out needs help, or None: something is overdue that no worker has taken."""
    return "a delivery is overdue" if worker.is_overdue(settings, at) else None


def deliver(settings: Settings) -> int:
    """Try what is due to go out, the last try included; returns how many tries that took."""
    return worker.run_due(settings)


def why_report(settings: Settings, at: datetime) -> str | None:
    """Why somebody is to get pages of the dashboards by e-mail now, or None."""
    return "reports are due" if wanted_reports(settings, at) else None


def wanted_reports(settings: Settings, at: datetime) -> list[Wanted]:
    """E-mails of pages of the dashboards that are due and not made yet."""
    return asyncio.run(_wanted(settings, at))


async def _wanted(settings: Settings, at: datetime) -> list[Wanted]:
    db = Database(settings.database_url, size=1)
    await db.read.open()
    try:
        async with db.open_read(SYSTEM, at) as read:
            found = due(at, (await get_settings(read)).time_zone)
            return await list_wanted_reports(read, found)
    finally:
        await db.close()


def send_report(settings: Settings, at: datetime, wanted: Wanted, files: Mapping[str, bytes]) -> None:
    """Put the pages of one person (page → PDF) into the queue."""
    asyncio.run(_send(settings, at, wanted, files))


async def _send(settings: Settings, at: datetime, wanted: Wanted, files: Mapping[str, bytes]) -> None:
    db = Database(settings.database_url, size=1)
    await db.open()
    try:
        async with open_tx(db, SYSTEM, at) as tx:
            await enqueue_report(tx, wanted, files)
    finally:
        await db.close()


def ensure_partitions(settings: Settings, at: datetime) -> int:
    """Make the log's partitions of this month and MONTHS_AHEAD more; returns how many were made."""
    ahead = at.date() + timedelta(days=31 * MONTHS_AHEAD)
    with connect(settings.database_url) as conn:
        return int(value(conn, "select ensure_audit_partitions(%(on)s, %(to)s)", {"on": at.date(), "to": ahead}))
