"""What surrounds every page: its question, the shared choices, which publication is shown, and what is wrong with it."""

from functools import partial
from types import ModuleType

import streamlit as st

from api.clock import now
from api.settings import Settings
from dashboards import filters, health
from dashboards.access import Viewer, api_address
from dashboards.data import Lake, MissingMart, open_lake, publications
from dashboards.exports import FORMATS
from dashboards.layout import View, named_warnings, opening
from dashboards.live import Product
from dashboards.paper.print import printed
from dashboards.report import Notes, noting, workbook
from dashboards.words import instant

AS_OF = "as_of"
"""Parameter of the URL: the publication to show; without it, the newest."""


def draw(page: ModuleType, settings: Settings, viewer: Viewer, cookie: tuple[str, str] | None = None) -> None:
    """Draw a page: a module with TITLE, QUESTION, `show`, and TAKES_FILTERS where it takes none.

    By `cookie`, the session's name and value, the product is asked for what is so at this moment.
    """
    opening(page.TITLE, page.QUESTION)
    with named_warnings():
        lake = _publication(settings.lake)
        chosen = filters.bar(lake, viewer, is_off=not getattr(page, "TAKES_FILTERS", True))
        health.banner(lake, now())
        product = Product(api_address(settings), cookie) if cookie else None
        view = View(lake=lake, viewer=viewer, filters=chosen, web=settings.url, product=product)
        with noting() as noted:
            page.show(view)
        with st.sidebar:
            _reports(page, view, noted)


def _reports(page: ModuleType, view: View, noted: Notes) -> None:
    """The page as files, made when they are asked for."""
    told = filters.told(view.lake, view.viewer, view.filters)
    file = f"redress-{page.__name__.rpartition('.')[2]}-{view.filters.since}-to-{view.filters.today}"
    st.download_button(
        "Report (PDF)",
        partial(printed, page, view, told, noted.choices),
        file_name=f"{file}.pdf",
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        width="stretch",
        on_click="ignore",
        help="This page to print or pass on: numbers, figures, the first rows of each list, filters.",
    )
    st.download_button(
        "Report (Excel)",
        partial(workbook, page.TITLE, page.QUESTION, told, noted),
        file_name=f"{file}.xlsx",
        mime=FORMATS["Excel"][1],
        icon=":material/summarize:",
        width="stretch",
        on_click="ignore",
        help="This page as a workbook: numbers, lists with charts, filters, definitions.",
    )


def _publication(root: str) -> Lake:
    """The publication the URL names, and the choice of another one. What it names and is not there is said."""
    kept = publications(root)
    newest = next(iter(kept))
    with st.sidebar:
        chosen = st.selectbox(
            "Data as published",
            list(kept),
            format_func=lambda number: "Newest" if number == newest else f"{kept[number]:%Y-%m-%d %H:%M:%S} UTC",
            key=AS_OF,
            bind="query-params",
            help="Any page as it was published before, for a week. People are named as they are now.",
        )
    try:
        lake = open_lake(root, chosen)
    except MissingMart:
        lake = open_lake(root)
    if lake.version != newest:
        st.info(f"You see what was published {instant(lake.built_at)}, not the newest data.", icon=":material/history:")
    return lake
