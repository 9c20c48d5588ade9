"""The list of tickets as a workbook or a CSV, row by row as the database hands them over."""

import asyncio
import csv
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import msgspec
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from api.actor import Actor
from api.db import open_long_read
from api.exports.files.workbook import Formats, about, formats, open_workbook
from api.exports.queries import read_tickets
from api.exports.rules import MAX_ROWS, Column, cell_text, csv_text
from api.tickets.queries.lists import Sort, TicketFilter

Row = tuple[Any, ...]


class TicketList(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets, for whom, as of when. `described` says the filter in words; `time_zone` is that of a workbook's dates."""

    database_url: str
    actor: Actor
    now: datetime
    wanted: TicketFilter
    described: str
    columns: tuple[Column, ...]
    sort: Sort
    descending: bool
    time_zone: str
    product: str


class Written(msgspec.Struct, frozen=True):
    """What a file holds: so many rows; `is_complete` is false when there were more than MAX_ROWS."""

    rows: int
    is_complete: bool


def write_workbook(tickets: TicketList, path: str) -> Written:
    """A workbook of two sheets, Tickets and Definitions, in the memory of one row."""
    return asyncio.run(_write_workbook(tickets, path))


def write_csv(tickets: TicketList, path: str) -> Written:
    """UTF-8 with the mark spreadsheets know it by; keys as header, instants in ISO 8601, UTC."""
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        return asyncio.run(_write_csv(tickets, file))


async def _write_workbook(tickets: TicketList, path: str) -> Written:
    with open_workbook(path, f"Tickets of {tickets.product}", tickets.now, is_large=True) as workbook:
        look = formats(workbook)
        sheet = workbook.add_worksheet("Tickets")
        _head(sheet, tickets, look)
        writers = _writers(sheet, tickets.columns)
        rows, is_complete = 0, True
        async for batch in _batches(tickets, serial_zone=tickets.time_zone):
            if rows + len(batch) > MAX_ROWS:
                batch, is_complete = batch[: MAX_ROWS - rows], False
            for row in batch:
                rows += 1
                for (place, write), value in zip(writers, row, strict=True):
                    if value is not None:
                        write(rows, place, value)
        sheet.autofilter(0, 0, max(rows, 1), len(tickets.columns) - 1)
        written = Written(rows, is_complete)
        _define(workbook, tickets, written, look)
    return written


def _head(sheet: Worksheet, tickets: TicketList, look: Formats) -> None:
    kinds = {"instant": look.instant, "number": look.number}
    for place, column in enumerate(tickets.columns):
        sheet.set_column(place, place, column.width, kinds.get(column.kind))
        title = f"{column.title} ({tickets.time_zone})" if column.kind == "instant" else column.title
        sheet.write_string(0, place, title, look.head)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&D&RPage &P of &N")


def _writers(sheet: Worksheet, columns: Sequence[Column]) -> list[tuple[int, Callable[[int, int, Any], object]]]:
    """Place and writer of each column: nothing is guessed from a value, so no text becomes a formula, a number or a link."""

    def write_text(row: int, place: int, value: str) -> None:
        sheet.write_string(row, place, cell_text(value))

    by_kind = {"text": write_text, "flag": sheet.write_boolean}
    return [(place, by_kind.get(column.kind, sheet.write_number)) for place, column in enumerate(columns)]


def _define(workbook: Workbook, tickets: TicketList, written: Written, look: Formats) -> None:
    facts = [
        ("Rows", f"{written.rows:,}"),
        ("Complete", "Yes" if written.is_complete else f"No: there are more than {MAX_ROWS:,}. Narrow the filter."),
        ("Which tickets", tickets.described),
        ("Times", f"{tickets.time_zone}"),
    ]
    sheet = about(
        workbook,
        look,
        title=f"Tickets of {tickets.product}",
        made=f"{tickets.now.astimezone(ZoneInfo(tickets.time_zone)):%Y-%m-%d %H:%M} {tickets.time_zone}, for {tickets.actor.name}",
        facts=facts,
        meanings=[(column.title, column.meaning) for column in tickets.columns],
    )
    if not written.is_complete:
        sheet.activate()


async def _write_csv(tickets: TicketList, file: TextIO) -> Written:
    rows, is_complete = 0, True
    writer = csv.writer(file)
    writer.writerow([column.key for column in tickets.columns])
    async for batch in _batches(tickets):
        if rows + len(batch) > MAX_ROWS:
            batch, is_complete = batch[: MAX_ROWS - rows], False
        writer.writerows([_csv_value(value) for value in row] for row in batch)
        rows += len(batch)
    return Written(rows, is_complete)


def _csv_value(value: Any) -> Any:
    if isinstance(value, str):
        return csv_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else value


async def _batches(tickets: TicketList, serial_zone: str | None = None) -> AsyncGenerator[list[Row]]:
    async with open_long_read(tickets.database_url, tickets.actor, tickets.now) as read:
        async for batch in read_tickets(
            read,
            tickets.columns,
            tickets.wanted,
            sort=tickets.sort,
            descending=tickets.descending,
            limit=MAX_ROWS + 1,
            serial_zone=serial_zone,
        ):
            yield batch
