"""A sweep dies in the middle, or two run at once: the end is that of one undisturbed sweep."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psycopg
import pytest

from api.sample.defaults import ensure_defaults
from tests.serving import ROOT
from tests.worlds import NOON, World

CLOCKS = 12_000
SCRIPT = """
import asyncio, sys
from datetime import datetime
from api.db import Database
from api.sweep import sweep

async def main():
    db = Database(sys.argv[1], 2)
    await db.open()
    print("started", flush=True)
    print((await sweep(db, datetime.fromisoformat(sys.argv[2]))).done, flush=True)
    await db.close()

asyncio.run(main())
"""


def start(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, url, NOON.isoformat()], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE
    )


def fill(owner_url: str, world: World) -> None:
    with psycopg.connect(owner_url) as conn:
        ensure_defaults(conn)
        conn.execute(
            "insert into tickets (number, subject, description, status, source, customer_id, assigned_agent_id, team_id, salt, "
            "created_at, updated_at, status_changed_at, next_due_at) select 'F-' || n, 's', 'd', 'in_progress', 'api', "
            "%(customer)s, %(agent)s, %(team)s, '', %(then)s, %(then)s, %(then)s, %(due)s + n * interval '1 millisecond' "
            "from generate_series(1, %(count)s) n",
            {
                "customer": world.customer,
                "agent": world.agent,
                "team": world.team,
                "then": NOON - timedelta(days=2),
                "due": NOON - timedelta(hours=1),
                "count": CLOCKS,
            },
        )
        conn.execute(
            "insert into sla_clocks (ticket_id, target, policy_version_id, target_seconds, started_at, resumed_at, due_at) "
            "select id, case when id % 3 = 0 then 'escalation' else 'resolution' end, (select min(id) from sla_policy_versions), "
            "3600, created_at, created_at, next_due_at from tickets where number like 'F-%'"
        )


def outcome(url: str) -> dict[str, int]:
    with psycopg.connect(url) as conn:
        row = conn.execute(
            """
            select (select count(*) from sla_clocks where breached_at = due_at),
                   (select count(*) from sla_clocks where breached_at is null),
                   (select count(*) from audit_logs where action = 'sla.breached'),
                   (select count(distinct (ticket_id, new_values)) from audit_logs where action = 'sla.breached'),
                   (select count(*) from audit_logs where action = 'ticket.escalated'),
                   (select count(*) from tickets where escalation_level = 1),
                   (select count(*) from audit_logs e join sla_clocks c on c.ticket_id = e.ticket_id
                    where e.action = 'sla.breached' and e.occurred_at <> c.due_at)
            """
        ).fetchone()
    assert row is not None
    names = ("breached", "left", "events", "distinct", "escalated", "level_one", "late")
    return dict(zip(names, row, strict=True))


def expected(url: str) -> dict[str, int]:
    with psycopg.connect(url) as conn:
        (steps,) = conn.execute("select count(*) from sla_clocks where target = 'escalation'").fetchone() or (0,)
    return {
        "breached": CLOCKS,
        "left": 0,
        "events": CLOCKS,
        "distinct": CLOCKS,
        "escalated": steps,
        "level_one": steps,
        "late": 0,
    }


@pytest.mark.timeout(240)
def test_a_sweep_killed_half_way_is_finished_by_the_next(database_url: str, owner_url: str, world: World) -> None:
    fill(owner_url, world)
    first = start(database_url)
    deadline = time.monotonic() + 60
    while outcome(database_url)["breached"] == 0 and time.monotonic() < deadline and first.poll() is None:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    half = outcome(database_url)
    assert half["breached"] == half["events"] > 0, "a round is whole or not there"
    assert start(database_url).wait() == 0
    assert outcome(database_url) == expected(database_url)


@pytest.mark.timeout(240)
def test_two_sweeps_at_once_do_what_one_does(database_url: str, owner_url: str, world: World) -> None:
    fill(owner_url, world)
    both = [start(database_url), start(database_url)]
    assert [process.wait() for process in both] == [0, 0]
    assert start(database_url).wait() == 0
    assert outcome(database_url) == expected(database_url)
