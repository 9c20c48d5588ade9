"""What surrounds every page: its question, the shared choices, which publication is shown, and what is wrong with it."""

from functools import partial
from types import ModuleType

import streamlit as st

from api.clock import now
from api.settings import Settings
from dashboards import filters, health
from dashboards.access import Viewer
from dashboards.data import Lake, MissingMart, open_lake, publications
from dashboards.exports import FORMATS
from dashboards.layout import View, named_warnings, opening
from dashboards.report import noting, workbook
from dashboards.words import instant

AS_OF = "as_of"
"""Parameter of the URL: the publication to show; without it, the newest."""


def draw(page: ModuleType, settings: Settings, viewer: Viewer) -> None:
    """Draw a page: a module with TITLE, QUESTION, `show`, and TAKES_FILTERS where it takes none."""
    opening(page.TITLE, page.QUESTION)
    with named_warnings():
        lake = _publication(settings.lake)
        chosen = filters.bar(lake, viewer, is_off=not getattr(page, "TAKES_FILTERS", True))
        health.banner(lake, now())
        with noting() as noted:
            page.show(View(lake=lake, viewer=viewer, filters=chosen, web=settings.url))
        with st.sidebar:
            st.download_button(
                "Report (Excel)",
                partial(workbook, page.TITLE, page.QUESTION, filters.told(lake, viewer, chosen), noted),
                file_name=f"redress-{page.__name__.rpartition('.')[2]}-{chosen.since}-to-{chosen.today}.xlsx",
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
