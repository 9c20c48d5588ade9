"""Report: what a page shows, as a workbook that stands alone: numbers, lists with native charts, filters and definitions.

A page is noted down while it is drawn, so that a report says what the page says.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from typing import Any

import msgspec
import polars as pl

from dashboards import definitions
from dashboards.exports import new_workbook, write_sheet
from dashboards.words import plain

CHARTED = 20
"""A chart shows so many rows of its list, from the top."""


class Heading(msgspec.Struct, frozen=True):
    """Where a part of the page begins."""

    title: str


class Said(msgspec.Struct, frozen=True):
    """A sentence, as Streamlit's Markdown."""

    text: str


class Drawn(msgspec.Struct, frozen=True):
    """A figure (of plotly), and what it says in words."""

    chart: Any
    reading: str


class Listed(msgspec.Struct, frozen=True):
    """A list of the page. `columns`, where there are any: those it shows, each with its label or `st.column_config`."""

    name: str
    rows: pl.DataFrame
    columns: Mapping[str, Any] = {}


class Notes(msgspec.Struct, kw_only=True):
    """What was drawn so far, in its order. `metrics`: label, value, change; `choices`: what the page's own choices stand at."""

    metrics: list[tuple[str, str, str]] = []
    period: str = ""
    body: list[Heading | Said | Drawn | Listed] = []
    choices: dict[str, str] = {}
    marts: Sequence[str] = ()
    footer: str = ""

    @property
    def lists(self) -> list[Listed]:
        return [part for part in self.body if isinstance(part, Listed)]

    @property
    def readings(self) -> list[tuple[str, str]]:
        """Each heading that something is said below, and what is said first, without marks."""
        pairs = zip(self.body, self.body[1:], strict=False)
        return [(a.title, plain(b.text)) for a, b in pairs if isinstance(a, Heading) and isinstance(b, Said)]


_NOTES: ContextVar[Notes | None] = ContextVar("notes", default=None)


@contextmanager
def noting() -> Generator[Notes]:
    """Note down what is drawn in the block."""
    notes = Notes()
    token = _NOTES.set(notes)
    try:
        yield notes
    finally:
        _NOTES.reset(token)


def notes() -> Notes:
    """Where to note down what is drawn; nowhere outside of `noting`."""
    return _NOTES.get() or Notes()


def workbook(title: str, question: str, chosen: Sequence[tuple[str, str]], noted: Notes) -> bytes:
    """The page as an Excel file. `chosen` names what it was narrowed by."""
    target = BytesIO()
    with new_workbook(target) as book:
        _summary(book, title, question, chosen, noted)
        for place, listed in enumerate(noted.lists, 1):
            name = f"{place} {listed.name}"
            _chart(book, write_sheet(book, name, listed.rows), name[:31], listed.rows)
        known = definitions.columns()
        write_sheet(
            book, "Definitions", known.filter(pl.col("table").is_in(list(noted.marts))) if noted.marts else known
        )
    return target.getvalue()


def _summary(book: Any, title: str, question: str, chosen: Sequence[tuple[str, str]], noted: Notes) -> None:
    sheet = book.add_worksheet("Summary")
    large, bold, wrapped = (
        book.add_format({"bold": True, "font_size": 18}),
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True}),
    )
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 2, 24)
    sheet.write_string(0, 0, title, large)
    sheet.write_string(1, 0, question)
    row = 3
    for name, value in chosen:
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
        row += 1
    row += 1
    for place, head in enumerate(("Number", "Value", "Change")):
        sheet.write_string(row, place, head, bold)
    for metric in noted.metrics:
        row += 1
        for place, text in enumerate(metric):
            sheet.write_string(row, place, text)
    sheet.write_string(row + 1, 0, noted.period)
    row += 3
    for head, reading in noted.readings:
        sheet.write_string(row, 0, head, bold)
        sheet.merge_range(row, 1, row, 8, reading, wrapped)
        sheet.set_row(row, 32)
        row += 1
    sheet.merge_range(row + 1, 0, row + 2, 8, noted.footer, wrapped)
    sheet.fit_to_pages(1, 0)


def _chart(book: Any, sheet: Any, name: str, rows: pl.DataFrame) -> None:
    """Bars of the first number by the first text, beside the list; none for a list of single tickets."""
    words = [place for place, kind in enumerate(rows.dtypes) if kind == pl.String]
    numbers = [place for place, kind in enumerate(rows.dtypes) if kind.is_numeric()]
    if not words or not numbers or rows.is_empty() or "number" in rows.columns:
        return
    last = min(len(rows), CHARTED)
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": [name, 0, numbers[0]],
            "categories": [name, 1, words[0], last, words[0]],
            "values": [name, 1, numbers[0], last, numbers[0]],
            "data_labels": {"value": True},
            "gap": 40,
            "fill": {"color": "#1D5BB8"},
        }
    )
    chart.set_title({"name": rows.columns[numbers[0]].replace("_", " ").capitalize()})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}, "visible": False})
    chart.set_size({"width": 640, "height": 80 + 26 * last})
    sheet.insert_chart(1, len(rows.columns) + 1, chart)
