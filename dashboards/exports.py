"""Tables as files that a spreadsheet may open without danger."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

_RISKY = ("=", "+", "-", "@", "\t", "\r")

INSTANT = "yyyy-mm-dd hh:mm"


def to_csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with a mark that spreadsheets know it by; texts that a spreadsheet would run get a leading apostrophe."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    guarded = frame.with_columns(_guarded(pl.col(name)).alias(name) for name in texts)
    return b"\xef\xbb\xbf" + guarded.rename(_guarded_name).write_csv().encode()


def to_parquet(frame: pl.DataFrame) -> bytes:
    """The columns with their types."""
    target = BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


def to_xlsx(frame: pl.DataFrame) -> bytes:
    """One sheet with a bold, frozen first row. Texts stay texts, whatever they begin with; instants are UTC."""
    target = BytesIO()
    with new_workbook(target) as book:
        write_sheet(book, "Data", frame)
    return target.getvalue()


def new_workbook(target: BytesIO) -> xlsxwriter.Workbook:
    """A workbook in which nothing that is written becomes a formula, a link or a number by itself."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    return xlsxwriter.Workbook(target, options)


def write_sheet(book: xlsxwriter.Workbook, name: str, frame: pl.DataFrame) -> Any:
    """The rows under a head, columns as wide as what is in them; returns the sheet."""
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bottom": 1})
    formats: dict[type[pl.DataType], Any] = {
        pl.Datetime: book.add_format({"num_format": INSTANT}),
        pl.Date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    for place, (column, kind) in enumerate(frame.schema.items()):
        values = frame[column].to_list()
        sheet.write_string(0, place, column, head)
        sheet.write_column(1, place, values, formats.get(type(kind)))
        widest = max((len(str(value)) for value in values[:200]), default=0)
        sheet.set_column(place, place, min(max(len(column), 16 if kind.is_temporal() else widest) + 2, 60))
    sheet.freeze_panes(1, 0)
    return sheet


FORMATS: Mapping[str, tuple[str, str, Callable[[pl.DataFrame], bytes]]] = {
    "CSV": ("csv", "text/csv", to_csv),
    "Excel": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "Parquet": ("parquet", "application/vnd.apache.parquet", to_parquet),
}
"""Name → ending, media type, and how a table becomes such a file."""


def _guarded(text: pl.Expr) -> pl.Expr:
    return pl.when(pl.any_horizontal(text.str.starts_with(mark) for mark in _RISKY)).then("'" + text).otherwise(text)


def _guarded_name(name: str) -> str:
    return f"'{name}" if name.startswith(_RISKY) else name
