"""Exported files read back by other programs than those that wrote them."""

import csv
import io
from typing import Any

import httpx
import psycopg
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.worlds import World


def sheet(answer: httpx.Response, name: str = "Tickets") -> list[list[Any]]:
    """Rows of a sheet of a workbook, its head first."""
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name(name).to_python()


def column(rows: list[list[Any]], title: str) -> list[Any]:
    """A column's values, without its head."""
    place = rows[0].index(title)
    return [row[place] for row in rows[1:]]


def csv_rows(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def page_texts(answer: httpx.Response) -> list[str]:
    """The words of each page of a PDF."""
    assert answer.status_code == 200, answer.text
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]


def many_tickets(url: str, world: World, count: int) -> None:
    """Insert so many tickets of the customer, past the log, each a minute older than the one before."""
    with psycopg.connect(url) as conn:
        conn.execute(
            """
            insert into tickets (number, subject, description, status, priority, source, customer_id, assigned_agent_id, team_id,
                                 category_id, skill_id, tags, salt, created_at, updated_at, status_changed_at, next_due_at)
            select 'X-' || n, 'Complaint ' || n || ' about a router that drops every night', 'x', 'in_progress', 'high', 'web',
                   %(customer)s, %(agent)s, %(team)s, %(category)s, %(skill)s, '{billing,router}', 'salt',
                   %(now)s - n * interval '1 minute', %(now)s, %(now)s, %(now)s + interval '1 day'
            from generate_series(1, %(count)s) n
            """,
            {name: getattr(world, name) for name in world.__struct_fields__} | {"count": count},
        )
        conn.execute("analyze tickets")
