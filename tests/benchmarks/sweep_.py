"""The minute: 100,000 clocks due at once, against raw statements that write the same rows; and asking when nothing is due.

The reference writes what a sweep must write (clocks, tickets, events, notices) as one data-modifying statement, with no
events in Python, no reactions and no rounds. Both run on copies of the same rows.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import psycopg

from api.db import Database
from api.settings import Settings
from api.sweep import is_anything_due, sweep
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell

DUE = 100_000
MANY = 1_000_000
ROUNDS = 3
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

_PEOPLE = """
insert into users (email, name, role, availability, created_at, updated_at)
select 'p' || n || '@example.com', 'P', case when n <= 50 then 'agent' else 'customer' end, 'offline', %(now)s, %(now)s
from generate_series(1, 100) n
"""
_TICKETS = """
insert into tickets (number, subject, description, status, priority, source, customer_id, assigned_agent_id, salt, created_at,
                     updated_at, status_changed_at, next_due_at, resolved_at, closed_at)
select %(prefix)s || n, 's', 'd', %(status)s, 'medium', 'api', (select min(id) + 50 + n %% 50 from users),
       (select min(id) + n %% 50 from users), '', %(now)s - interval '3 days', %(now)s, %(now)s, %(due)s,
       case when %(status)s = 'closed' then %(now)s end, case when %(status)s = 'closed' then %(now)s end
from generate_series(1, %(count)s) n
"""
_CLOCKS = """
insert into sla_clocks (ticket_id, target, cycle, policy_version_id, target_seconds, started_at, resumed_at, due_at, met_at)
select t.id, 'resolution', 1, (select min(id) from sla_policy_versions), 3600, t.created_at, t.created_at,
       coalesce(t.next_due_at, t.closed_at), t.closed_at
from tickets t where t.number like %(prefix)s || '%%'
"""
_RAW = """
with due as (
    update sla_clocks set breached_at = due_at, at_risk_at = null
    where due_at < %(now)s and met_at is null and breached_at is null
    returning ticket_id, target, cycle, due_at
), moved as (
    update tickets t set first_breached_at = d.due_at, next_due_at = null from due d where t.id = d.ticket_id
    returning t.id, t.assigned_agent_id
), logged as (
    insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, new_values, visibility)
    select due_at, 'sla.breached', 'sla', ticket_id, ticket_id, 'system',
           jsonb_build_object('target', target, 'cycle', cycle, 'due_at', due_at), 'internal'
    from due
    returning id, ticket_id
)
insert into notifications (user_id, kind, ticket_id, event_id, created_at)
select m.assigned_agent_id, 'breached', l.ticket_id, l.id, %(now)s from logged l join moved m on m.id = l.ticket_id
"""


def main() -> None:
    with cluster() as settings:
        prepare(settings)
        ours, reference = [], []
        for n in range(ROUNDS):
            fill(settings, f"O{n}-", DUE, NOW - timedelta(hours=1), "in_progress")
            ours.append(asyncio.run(swept(settings)))
            fill(settings, f"R{n}-", DUE, NOW - timedelta(hours=1), "in_progress")
            reference.append(raw(settings))
        tell("sweep_due", ours=sorted(ours)[1], reference=sorted(reference)[1], unit="s", clocks=DUE)
        fill(settings, "M-", MANY - 100_000, None, "closed")
        fill(settings, "F-", 100_000, NOW + timedelta(days=1), "in_progress")
        asked, bare = asyncio.run(questions(settings))
        tell("sweep_nothing_due", ours=asked, reference=bare, unit="ms", tickets=MANY)


def prepare(settings: Settings) -> None:
    from api.sample.defaults import ensure_defaults

    with psycopg.connect(settings.owner_url) as conn:
        ensure_defaults(conn)
        conn.execute(_PEOPLE.encode(), {"now": NOW})


def fill(settings: Settings, prefix: str, count: int, due: datetime | None, status: str) -> None:
    with psycopg.connect(settings.owner_url, autocommit=True) as conn:
        params = {"prefix": prefix, "count": count, "due": due, "now": NOW, "status": status}
        conn.execute(_TICKETS.encode(), params)
        conn.execute(_CLOCKS.encode(), params)
        conn.execute("vacuum analyze tickets")
        conn.execute("vacuum analyze sla_clocks")
        conn.execute("checkpoint")


async def swept(settings: Settings) -> float:
    """Seconds of one sweep, sealing left out."""
    import api.sweep

    db = Database(settings.database_url, 2)
    await db.open()
    seal, api.sweep.seal_all = api.sweep.seal_all, _nothing
    try:
        start = time.perf_counter()
        result = await sweep(db, NOW)
        seconds = time.perf_counter() - start
    finally:
        api.sweep.seal_all = seal
        await db.close()
    assert result.done["breached"] == DUE, result
    return seconds


async def _nothing(db: Database, at: datetime) -> int:
    return 0


def raw(settings: Settings) -> float:
    with psycopg.connect(settings.database_url) as conn:
        start = time.perf_counter()
        conn.execute(_RAW.encode(), {"now": NOW})
        conn.commit()
        return time.perf_counter() - start


async def questions(settings: Settings) -> tuple[float, float]:
    """Median milliseconds of "is anything due?", and of `select 1` on the same connection."""
    db = Database(settings.database_url, 2)
    await db.open()
    try:
        asked, bare = [], []
        for _ in range(50):
            start = time.perf_counter()
            assert not await is_anything_due(db, NOW)
            middle = time.perf_counter()
            async with db.read.connection() as conn:
                await conn.execute("select 1")
            asked.append((middle - start) * 1000)
            bare.append((time.perf_counter() - middle) * 1000)
    finally:
        await db.close()
    return sorted(asked)[25], sorted(bare)[25]
