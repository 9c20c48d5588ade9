"""Rows of a workbook per second: 100,000 tickets × 20 columns out of the database, against a bare xlsxwriter loop.

The reference writes the same values, already in memory and in a workbook's notation, by `write_row` with `constant_memory`:
no database, no dates to turn, no look, no definitions.
"""

import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from xlsxwriter import Workbook

from api.actor import Actor
from api.exports.files.tickets import TicketList, write_workbook
from api.exports.rules import COLUMNS, serial_day
from api.settings import Settings
from api.tickets.queries.lists import TicketFilter
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell
from tests.worlds import small_world

ROWS = 100_000
SMALL = {"rows": 10_000}
ROUNDS = 3
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
TAKEN = [
    column
    for column in COLUMNS
    if column.key not in ("outcome", "root_cause", "remedy", "remedy_amount", "remedy_currency")
]

_TICKETS = """
insert into tickets (number, subject, description, status, priority, source, customer_id, assigned_agent_id, team_id,
                     category_id, skill_id, tags, salt, created_at, updated_at, status_changed_at, resolved_at, closed_at,
                     next_due_at)
select 'RD-' || n, 'Complaint ' || n || ' about a router that drops every night', 'x', 'closed', 'high', 'web', %(customer)s,
       %(agent)s, %(team)s, %(category)s, %(skill)s, '{billing,router}', 'salt', %(now)s - n * interval '1 minute', %(now)s,
       %(now)s, %(now)s, %(now)s, %(now)s
from generate_series(1, %(rows)s) n
"""


def main(rows: int = ROWS) -> None:
    folder = Path(tempfile.mkdtemp(prefix="redress-export-"))
    ours, reference = [], []
    try:
        with cluster() as settings:
            tickets = prepared(settings, rows)
            values = values_of(settings)
            for number in range(ROUNDS):
                start = time.perf_counter()
                assert write_workbook(tickets, str(folder / f"ours-{number}")).rows == rows
                ours.append(rows / (time.perf_counter() - start))
                start = time.perf_counter()
                bare(values, folder / f"bare-{number}.xlsx")
                reference.append(rows / (time.perf_counter() - start))
        sizes = [round((folder / name).stat().st_size / 1e6, 1) for name in ("ours-0", "bare-0.xlsx")]
    finally:
        shutil.rmtree(folder)
    middle = ROUNDS // 2
    tell(
        "export",
        ours=sorted(ours)[middle],
        reference=sorted(reference)[middle],
        unit="rows/s",
        rows=rows,
        columns=len(TAKEN),
        time_ratio=round(sorted(reference)[middle] / sorted(ours)[middle], 2),
        megabytes=sizes,
    )


def prepared(settings: Settings, rows: int) -> TicketList:
    """Tickets in the database, and the order to write them all."""
    world = small_world(settings.database_url)
    with psycopg.connect(settings.database_url) as conn:
        people = {name: getattr(world, name) for name in world.__struct_fields__}
        conn.execute(_TICKETS, people | {"now": NOW, "rows": rows})
    with psycopg.connect(settings.owner_url, autocommit=True) as conn:
        conn.execute("vacuum analyze tickets")
    return TicketList(
        database_url=settings.database_url,
        actor=Actor(id=world.admin, role="admin", name="Admin"),
        now=NOW,
        wanted=TicketFilter(),
        described="All",
        columns=tuple(TAKEN),
        sort="created_at",
        descending=True,
        time_zone=ZONE,
        product="Redress",
    )


def values_of(settings: Settings) -> list[list[Any]]:
    """What ours writes, read once, in a workbook's notation."""
    zone = ZoneInfo(ZONE)
    with psycopg.connect(settings.database_url) as conn:
        rows = conn.execute(
            """
            select t.number, t.subject, t.status, t.priority, t.source, c.name, a.name, team.name, category.name, skill.name,
                   array_to_string(t.tags, ', '), t.created_at, t.updated_at, t.resolved_at, t.closed_at, t.next_due_at,
                   false, t.escalation_level, t.reopen_count, null
            from tickets t join users c on c.id = t.customer_id join users a on a.id = t.assigned_agent_id
            join teams team on team.id = t.team_id join categories category on category.id = t.category_id
            join skills skill on skill.id = t.skill_id order by t.created_at desc, t.id desc
            """
        ).fetchall()
    return [[serial_day(value, zone) if isinstance(value, datetime) else value for value in row] for row in rows]


def bare(values: list[list[Any]], path: Path) -> None:
    workbook = Workbook(str(path), {"constant_memory": True})
    sheet = workbook.add_worksheet()
    for number, row in enumerate(values):
        sheet.write_row(number, 0, row)
    workbook.close()
