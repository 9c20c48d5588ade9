"""Opening a ticket with a hundred workflows, three of which act or none, against opening it without any.

The same command on the same database, in turns. What the three do (a tag, a notice, an e-mail) is part of the time.
"""

import asyncio
import time
from typing import Any

import msgspec
import psycopg

from api.actor import Actor
from api.clock import now
from api.db import Database
from api.reactions import open_tx
from api.settings import Settings
from api.tickets.commands.create import create_ticket
from api.workflows.commands.edit import create_workflow
from api.workflows.wire import NewWorkflow
from tests.benchmarks.cluster import cluster
from tests.benchmarks.create_ import DATA, prepare
from tests.benchmarks.figures import tell

TICKETS = 300
ROUNDS = 5
WORKFLOWS = 100
ADMIN = Actor(kind="system", role="admin")

TRIGGERS = (
    "ticket.created",
    "ticket.created",
    "ticket.created",
    "comment",
    "status_change",
    "assignment",
    "sla_breach",
)
ACTIONS: tuple[dict[str, Any], ...] = (
    {"type": "add_tags", "tags": ["router"]},
    {"type": "send_notification", "to": ["assignee"], "text": "Look at {{ ticket.number }}"},
    {"type": "send_email", "to": ["assignee"], "subject": "{{ ticket.number }}", "body": "It is about **{{ ticket.subject }}**."},
)  # fmt: skip


def main() -> None:
    with cluster() as settings:
        customer = prepare(settings)[0]
        asyncio.run(measure(settings, customer))


async def measure(settings: Settings, customer: int) -> None:
    """Milliseconds per ticket without workflows, with idle ones, and with three that act, in turns; medians of the rounds."""
    db = Database(settings.database_url, 1)
    await db.open()
    try:
        await add_workflows(db)
        await opened(db, customer, TICKETS)
        times: dict[str, list[float]] = {"none": [], "idle": [], "acting": []}
        for _ in range(ROUNDS):
            for which, took in times.items():
                switch(settings, which)
                await opened(db, customer, 10)
                took.append(await opened(db, customer, TICKETS))
        runs = ran(settings)
    finally:
        await db.close()
    median = {which: sorted(took)[ROUNDS // 2] for which, took in times.items()}
    for which, name in (("idle", "workflows, none of 97 matching"), ("acting", "workflows, 3 of 100 matching")):
        tell(
            name,
            ours=median[which],
            reference=median["none"],
            unit="ms/ticket",
            runs_per_ticket=runs if which == "acting" else 0,
        )


async def add_workflows(db: Database) -> None:
    """Three that match, among 97 of any trigger that do not."""
    for n in range(WORKFLOWS):
        matching = is_matching(n)
        keyword = "router" if matching else f"word {n}"
        data = {
            "name": f"Workflow {n}",
            "trigger": "ticket.created" if matching else TRIGGERS[n % len(TRIGGERS)],
            "conditions": {
                "all": [
                    {"field": "status", "operator": "not_in", "value": ["closed", "resolved"]},
                    {"any": [
                        {"field": "subject", "operator": "contains", "value": keyword},
                        {"field": "custom.product", "operator": "is", "value": n},
                    ]},
                    {"not": {"field": "customer_tags", "operator": "has_any", "value": ["quiet"]}},
                ]
            },
            "actions": [ACTIONS[n // 33] if matching else ACTIONS[0]],
            "is_active": True,
        }  # fmt: skip
        async with open_tx(db, ADMIN, now()) as tx:
            await create_workflow(tx, msgspec.convert(data, NewWorkflow))


async def opened(db: Database, customer: int, count: int) -> float:
    """Open so many; returns milliseconds for each."""
    begun = time.perf_counter()
    for _ in range(count):
        async with open_tx(db, Actor(id=customer, role="customer"), now()) as tx:
            await create_ticket(tx, DATA, "api")
    return (time.perf_counter() - begun) * 1000 / count


def switch(settings: Settings, which: str) -> None:
    """None, those that never match, or all of them; as a revision that processes notice."""
    active = {"none": [], "idle": [n for n in range(WORKFLOWS) if not is_matching(n)], "acting": list(range(WORKFLOWS))}
    with psycopg.connect(settings.owner_url) as conn:
        conn.execute(
            "update workflows set is_active = name = any(%s), revision = (select max(revision) from workflows) + id",
            [[f"Workflow {n}" for n in active[which]]],
        )


def is_matching(n: int) -> bool:
    """Whether the n-th workflow is one of the three."""
    return n % 33 == 0 and n < 99


def ran(settings: Settings) -> float:
    """Runs per ticket that was opened while they were on."""
    with psycopg.connect(settings.owner_url) as conn:
        row = conn.execute("select count(*)::float / count(distinct ticket_id) from workflow_runs").fetchone()
    assert row is not None
    return float(row[0])


if __name__ == "__main__":
    main()
