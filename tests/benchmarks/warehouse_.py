"""Seconds until new events are in the lake: in a history of a million tickets against one of a tenth of it.

Both histories grow at the same pace, so the long one lasts ten times as long; each lies in an installation of its own, on
servers with fsync on. What is new is the same in both: half of the events are new tickets with all that happened to them,
half are notes on tickets that are open, over all of the history. A round is all that `redress warehouse build` does: ingest,
clocks, dbt with its tests, checks, lake. `steps` are its seconds by step; `start_up` are those dbt needs to read its
project, which are in every build whatever it finds; the second figure leaves them out on both sides.

`python -m tests.benchmarks warehouse --small` compares 20,000 tickets with 2,000.
"""

import contextlib
import io
import re
import subprocess
import sys
import time

import msgspec
import psycopg

from api import clock
from api.importers.load import load, open_import
from api.sample.defaults import ensure_defaults
from api.sample.history import make_history
from api.settings import Settings
from pipelines.build import build
from pipelines.transform.project import DBT, ROOT, environment
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell

ROUNDS = 3
PER_DAY = 1_000
EVENTS_PER_TICKET = 8
NEW_DAYS = 2
SMALL = {"tickets": 20_000, "events": 1_000}
"""Sizes that fit a quarter of an hour on a busy machine."""

_NOTES = """
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind, new_values, visibility)
select %(now)s, 'comment.added', 'comment', -row_number() over (), id, assigned_agent_id, 'user',
       jsonb_build_object('author_id', assigned_agent_id, 'is_by_staff', true, 'is_internal', true), 'internal'
from (select id, assigned_agent_id from tickets
      where status not in ('resolved', 'closed') and assigned_agent_id is not null
      order by hashint8(id # %(round)s) limit %(count)s) t
"""
_STEP = re.compile(r"^(\w+) .*\(([\d.]+) s\)$", re.MULTILINE)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The median round of one installation: seconds of all, by step, and of dbt's start."""

    seconds: float
    steps: dict[str, float]
    start_up: float
    full: float


def main(*, tickets: int = 1_000_000, events: int = 10_000) -> None:
    short, long = measured(tickets // 10, events), measured(tickets, events)
    more = {
        "tickets": tickets,
        "events": events,
        "start_up": round(long.start_up, 2),
        "steps": long.steps,
        "steps_reference": short.steps,
        "full": round(long.full, 1),
    }
    tell("warehouse", ours=long.seconds, reference=short.seconds, unit="s", **more)
    tell(
        "warehouse_without_start_up",
        ours=long.seconds - long.start_up,
        reference=short.seconds - short.start_up,
        unit="s",
    )


def measured(tickets: int, events: int) -> Measured:
    """Make an installation with so many tickets, bring all of it to the lake, then the median of ROUNDS with news."""
    with cluster() as settings:
        write_history(settings, seed=1, tickets=tickets, days=max(tickets // PER_DAY, NEW_DAYS))
        full, _ = built(settings)
        with psycopg.connect(settings.warehouse_url, autocommit=True) as conn:
            conn.execute("vacuum analyze")
        rounds = [built(settings) for n in range(ROUNDS) if write_news(settings, n + 2, events)]
        seconds, steps = sorted(rounds, key=lambda done: done[0])[ROUNDS // 2]
        return Measured(seconds=seconds, steps=steps, start_up=start_up(settings), full=full)


def write_history(settings: Settings, *, seed: int, tickets: int, days: int) -> int:
    """Write made-up tickets of the last `days` days by the loader of imports; returns how many events that were."""
    now = clock.now()
    with open_import(settings.database_url) as conn:
        ensure_defaults(conn)
        conn.commit()
        return load(conn, make_history(seed, tickets, days, now, prefix=f"benchmark-{seed}"), now).events


def write_news(settings: Settings, seed: int, events: int) -> int:
    """Write `events` events: half by new tickets, the rest notes on open ones, one each; returns how many."""
    made = write_history(settings, seed=seed, tickets=events // (2 * EVENTS_PER_TICKET), days=NEW_DAYS)
    now = clock.now()
    with psycopg.connect(settings.database_url) as conn:
        return made + conn.execute(_NOTES, {"now": now, "round": seed, "count": max(events - made, 0)}).rowcount


def built(settings: Settings) -> tuple[float, dict[str, float]]:
    """Seconds of one build, and by step."""
    said = io.StringIO()
    start = time.perf_counter()
    with contextlib.redirect_stdout(said):
        build(settings)
    seconds = time.perf_counter() - start
    print(said.getvalue(), file=sys.stderr, flush=True)
    steps: dict[str, float] = {}
    for name, taken in _STEP.findall(said.getvalue()):
        steps[name] = round(steps.get(name, 0.0) + float(taken), 1)
    return seconds, steps


def start_up(settings: Settings) -> float:
    """Seconds in which dbt reads its project and does nothing: the median of ROUNDS."""
    command = [str(DBT), "--quiet", "ls", "--target-path", str(settings.home / "dbt" / "target")]
    env = {"PATH": str(DBT.parent), "HOME": str(settings.home), "LC_ALL": "C.UTF-8"} | environment(settings)
    taken: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    return sorted(taken)[ROUNDS // 2]
