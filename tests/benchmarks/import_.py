"""Incidents taken over per second: the whole command on the real log, against bare COPY of the same rows.

The reference copies the text of the rows that the import wrote (people, places, tickets, clocks, events) from memory into
equally empty tables with the same indexes, keys and triggers, in one transaction: no reading, no folding, no rules, no
proof. Both on servers of their own with fsync on. `without_proof` is the import up to its last row.
"""

import contextlib
import io
import time
from pathlib import Path

import psycopg

from api.importers.servicenow.load import import_file
from api.settings import Settings
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell

FILE = Path(__file__).parents[1] / "data" / "servicenow-incidents-2016-03.csv.gz"
INCIDENTS = 9_202
ROUNDS = 3
WRITTEN = (
    "users", "teams", "categories", "sla_policies", "sla_policy_versions", "tickets", "sla_clocks", "audit_logs",
)  # fmt: skip
"""In the order in which they refer to each other."""
_COLUMNS = """
select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns
where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'
"""


def main() -> None:
    ours, reference, unproved, size = [], [], [], 0
    for _ in range(ROUNDS):
        with cluster() as settings:
            seconds, until_written = imported(settings)
            ours.append(INCIDENTS / seconds)
            unproved.append(INCIDENTS / until_written)
            texts = {table: text_of(settings, table) for table in WRITTEN}
            size = sum(map(len, texts.values()))
        with cluster() as settings:
            reference.append(INCIDENTS / copied(settings, texts))
    rate = sorted(ours)[ROUNDS // 2]
    tell(
        "import",
        ours=rate,
        reference=sorted(reference)[ROUNDS // 2],
        unit="incidents/s",
        seconds=round(INCIDENTS / rate, 1),
        without_proof=round(sorted(unproved)[ROUNDS // 2]),
        bytes_copied=size,
    )


def imported(settings: Settings) -> tuple[float, float]:
    """Seconds of the whole command, and until the last row was written."""
    said = io.StringIO()
    start = time.perf_counter()
    with contextlib.redirect_stdout(said):
        code = import_file(settings, FILE, "Europe/Rome")
    seconds = time.perf_counter() - start
    assert code == 0, said.getvalue()
    line = next(line for line in said.getvalue().splitlines() if "incidents written" in line)
    assert line.startswith(f"{INCIDENTS:,} incidents written"), line
    return seconds, float(line.rpartition("(")[2].removesuffix(" s)"))


def text_of(settings: Settings, table: str) -> bytes:
    order = "ticket_id" if table == "sla_clocks" else "id"
    with psycopg.connect(settings.owner_url) as conn, conn.cursor() as cursor:
        statement = f"copy (select {columns(conn, table)} from {table} order by {order}) to stdout"
        with cursor.copy(statement.encode()) as stream:
            return b"".join(bytes(part) for part in stream)


def columns(conn: psycopg.Connection, table: str) -> str:
    """What can be copied: all but generated columns."""
    row = conn.execute(_COLUMNS, [table]).fetchone()
    assert row is not None
    return str(row[0])


def copied(settings: Settings, texts: dict[str, bytes]) -> float:
    """Seconds to copy the texts in one transaction into the empty tables of a migrated database."""
    with psycopg.connect(settings.owner_url) as conn, conn.cursor() as cursor:
        conn.execute("select ensure_audit_partitions('2016-02-01', '2017-06-01')")
        statements = {table: f"copy {table} ({columns(conn, table)}) from stdin".encode() for table in texts}
        conn.commit()
        start = time.perf_counter()
        for table, text in texts.items():
            with cursor.copy(statements[table]) as stream:
                stream.write(text)
        conn.commit()
        return time.perf_counter() - start
