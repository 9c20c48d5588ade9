"""Exported files read back by other programs than those that wrote them."""

import csv
import io
from typing import Any

import httpx
from pypdf import PdfReader
from python_calamine import CalamineWorkbook


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
