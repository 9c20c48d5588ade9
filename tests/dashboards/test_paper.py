"""A page on paper says what the page says: its numbers, its figures within their field, its lists in the same form."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from types import ModuleType

import polars as pl
import pytest
import streamlit as st
from pypdf import PdfReader

from dashboards.layout import View, instant_column, ticket_column
from dashboards.paper.cells import heads, lines
from dashboards.paper.pdf import document, pdf
from dashboards.paper.unseen import draw_unseen
from dashboards.report import Drawn, Listed
from dashboards.screens import compliance, process_map
from tests.dashboards.conftest import AGENT
from tests.dashboards.made import NOW
from tests.dashboards.test_pages import ABOUT_TICKETS


@pytest.mark.parametrize("page", ABOUT_TICKETS, ids=lambda page: page.TITLE)
def test_each_figure_of_a_page_is_set_within_its_field(page: ModuleType, view: Callable[..., View]) -> None:
    noted = draw_unseen(page, view(), {})
    data = document(page.TITLE, page.QUESTION, [], noted, NOW)
    charts = [part for part in data["body"] if part["is"] == "chart"]
    assert len(charts) == len([part for part in noted.body if isinstance(part, Drawn)]) > 0
    for chart in charts:
        places = [at for mark in chart["marks"] for at in mark.get("points", [(mark.get("x"), mark.get("y"))])]
        assert places
        assert all(-0.15 <= x <= 1.05 and -0.15 <= y <= 1.05 for x, y in places)


def test_a_page_becomes_a_tagged_file_with_its_numbers_and_sentences(view: Callable[..., View]) -> None:
    noted = draw_unseen(compliance, view(), {})
    reader = PdfReader(BytesIO(pdf(compliance.TITLE, compliance.QUESTION, [("Team", "=Network")], noted, NOW)))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    for words in (
        compliance.QUESTION,
        noted.metrics[0][1],
        "By priority",
        "Critical",
        "=Network",
        "Data to 24 Nov 2026",
    ):
        assert words in text


def test_paper_shows_what_its_reader_may_see_as_the_page_was_chosen(view: Callable[..., View]) -> None:
    mine, all_of_it = (draw_unseen(process_map, view(viewer), {"steps": "team"}) for viewer in (AGENT, view().viewer))
    assert mine.metrics != all_of_it.metrics
    assert "Came back to a team" in [label for label, _, _ in mine.metrics]


def test_cells_on_paper_have_the_form_they_have_on_the_page() -> None:
    rows = pl.DataFrame(
        {
            "link": ["http://localhost:8000/tickets/RD-1"],
            "part": [0.25],
            "hours": [2.5],
            "at": [datetime(2026, 11, 24, 9, 12, tzinfo=UTC)],
            "hidden": [1],
            "none": [None],
        }
    )
    columns = {
        "link": ticket_column(),
        "part": st.column_config.NumberColumn("Of all", format="percent"),
        "hours": st.column_config.NumberColumn("Left", format="%.1f h"),
        "at": instant_column("Due"),
        "none": "Agent",
    }
    listed = Listed("list", rows, columns)
    assert list(heads(listed).values()) == ["Ticket", "Of all", "Left", "Due (UTC)", "Agent"]
    assert lines(listed, 10) == [["RD-1", "25 %", "2.5 h", "2026-11-24 09:12", "–"]]
