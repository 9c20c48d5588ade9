"""ServiceNow logs made by hand, and what an import made of them."""

import csv
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from api.importers.servicenow.load import import_file
from api.importers.servicenow.read import REQUIRED
from api.settings import Settings

COLUMNS = ("ident_state", *REQUIRED)
USUAL = dict.fromkeys(COLUMNS, "?") | {
    "number": "0000001",
    "ident_state": "New",
    "priority": "3",
    "sys_mod_count": "0",
    "made_sla": "true",
    "caller_id": "7",
    "opened_by": "8",
    "assignment_group": "56",
    "category": "55",
    "category_duplicated_0": "170",
    "opened_at": "1/3/2016 10:00",
}


def row(state: str, at: str, **fields: str) -> dict[str, str]:
    """A line of the incident 0000001 as of `at` (`1/3/2016 10:00`)."""
    return USUAL | {"ident_state": state, "sys_updated_at": at} | fields


def written(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    """A CSV file of the rows; the first of them is line 2."""
    path = folder / "incidents.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def imported(settings: Settings, *rows: dict[str, str], zone: str | None = "UTC") -> int:
    """Exit code of importing a file of the rows."""
    return import_file(settings, written(settings.home, *rows), zone)


def rejected(settings: Settings) -> list[tuple[str, str, str]]:
    """Line, incident and reason of what the last import could not take."""
    with (settings.home / "imports" / "incidents.rejected.csv").open(newline="") as file:
        return [(line["line"], line["incident"], line["reason"]) for line in csv.DictReader(file)]


def ticket(url: str, number: str = "0000001") -> dict[str, Any]:
    """The ticket that came from an incident."""
    query = "select t.*, u.name as customer, a.name as agent from tickets t join users u on u.id = t.customer_id left join users a on a.id = t.assigned_agent_id where t.external_id = %s"
    with psycopg.connect(url, row_factory=dict_row, options="-c timezone=UTC") as conn:
        found = conn.execute(query, [f"servicenow:{number}"]).fetchone()
    assert found is not None
    return found


def events(url: str, *actions: str) -> list[tuple[str, str, Any]]:
    """Instant (`03-01 10:00`), action and status of everything that happened to tickets, in the log's order."""
    query = """
        select to_char(occurred_at, 'MM-DD HH24:MI'), action, new_values ->> 'status' from audit_logs
        where ticket_id is not null and (action = any(%(actions)s) or cardinality(%(actions)s::text[]) = 0) order by id
    """
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        return conn.execute(query, {"actions": list(actions)}).fetchall()


def counts(url: str) -> dict[str, int]:
    """Rows of every table an import writes."""
    tables = ("tickets", "comments", "sla_clocks", "audit_logs", "users", "teams", "categories", "sla_policies")
    with psycopg.connect(url) as conn:
        found = {name: conn.execute(f"select count(*) from {name}".encode()).fetchone() for name in tables}
    return {name: row[0] for name, row in found.items() if row}
