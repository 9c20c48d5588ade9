"""A report stands alone: what the page showed, by what it was narrowed, and what its columns mean."""

from io import BytesIO
from zipfile import ZipFile

import polars as pl

from dashboards.exports import to_xlsx
from dashboards.report import Heading, Listed, Notes, Said, notes, noting, workbook
from dashboards.words import plain


def inside(file: bytes) -> dict[str, str]:
    """The parts of a workbook by name, as text."""
    with ZipFile(BytesIO(file)) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_a_report_holds_numbers_sentences_lists_with_charts_filters_and_definitions() -> None:
    noted = Notes(
        metrics=[("Content", "77 %", "+13 pts")],
        period="27 Oct to 25 Nov 2026",
        body=[
            Heading("By team"),
            Said("**Network** leads."),
            Listed("by-team", pl.DataFrame({"team": ["Network", "=1+1"], "share": [0.83, 0.5]})),
        ],
        marts=["fct_csat"],
        footer="Data to 25 Nov 2026",
    )
    parts = inside(workbook("Satisfaction", "Are customers content?", [("Team", "Network")], noted))
    assert "xl/charts/chart1.xml" in parts
    words = parts["xl/sharedStrings.xml"]
    for text in (
        "Satisfaction",
        "77 %",
        "+13 pts",
        "Network leads.",
        "=1+1",
        "One row per rated ticket",
        "Data to 25 Nov 2026",
    ):
        assert text in words
    assert not any("<f>" in part for name, part in parts.items() if name.startswith("xl/worksheets"))


def test_a_list_of_single_tickets_has_no_chart() -> None:
    noted = Notes(body=[Listed("tickets", pl.DataFrame({"number": ["RD-1"], "hours": [2.5]}))])
    assert "xl/charts/chart1.xml" not in inside(workbook("Page", "Why?", [], noted))


def test_only_what_is_drawn_in_the_block_is_noted() -> None:
    with noting() as noted:
        notes().body.append(Listed("inside", pl.DataFrame()))
    notes().body.append(Listed("outside", pl.DataFrame()))
    assert [listed.name for listed in noted.lists] == ["inside"]


def test_a_workbook_runs_nothing() -> None:
    parts = inside(to_xlsx(pl.DataFrame({"agent": ["=cmd|' /C calc'!A0"], "hours": [1.5]})))
    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]


def test_a_sentence_on_paper_has_no_marks() -> None:
    assert plain("**Ada** leads. :gray[Of all.] `raw`") == "Ada leads. Of all. raw"
