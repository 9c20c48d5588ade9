"""The dashboards: who looks, and which pages there are."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from types import ModuleType

import streamlit as st

from api.settings import load
from dashboards import access
from dashboards.frame import draw
from dashboards.layout import quiet
from dashboards.screens import (
    at_risk,
    backlog,
    breaches,
    compliance,
    data_health,
    definitions,
    process_map,
    productivity,
    repeats,
    satisfaction,
    time_logged,
    topics,
    what_if,
    workload,
)

ICON = str(files("api") / "web/static/icons/icon.svg")

GROUPS: dict[str, list[tuple[ModuleType, str]]] = {
    "Now": [(backlog, "inbox"), (at_risk, "alarm")],
    "SLA": [(compliance, "verified"), (breaches, "timer_off"), (what_if, "science")],
    "People": [(productivity, "groups"), (workload, "calendar_clock")],
    "Customers": [(satisfaction, "sentiment_satisfied"), (topics, "category"), (repeats, "repeat")],
    "Flow": [(process_map, "account_tree")],
    "Time": [(time_logged, "schedule")],
    "Data": [(data_health, "monitor_heart"), (definitions, "menu_book")],
}
"""Group → its pages (each with TITLE, QUESTION and `show`) and their icons."""


def refuse(refusal: access.Refusal) -> None:
    st.title(refusal.title, anchor=False)
    st.write(refusal.text)
    if refusal.link:
        st.link_button(refusal.label, refusal.link)


def main() -> None:
    st.set_page_config("Redress dashboards", ICON, layout="wide")
    settings = load()
    cookies = st.context.cookies
    found = access.admit(settings, cookies)

    def body(page: ModuleType) -> Callable[[], None]:
        if isinstance(found, access.Refusal):
            return partial(refuse, found)
        return partial(draw, page, settings, found, access.session_cookie(cookies))

    pages = {
        group: [
            st.Page(
                body(page),
                title=page.TITLE,
                icon=f":material/{icon}:",
                url_path=page.__name__.rpartition(".")[2],
                default=page is backlog,
            )
            for page, icon in listed
        ]
        for group, listed in GROUPS.items()
    }
    chosen = st.navigation(pages, position="sidebar" if isinstance(found, access.Viewer) else "hidden", expanded=True)
    if isinstance(found, access.Viewer):
        st.logo(ICON, size="large", link=settings.url)
        with st.sidebar:
            teams = "all teams" if found.sees_all else ", ".join(team.name for team in found.teams) or "no team yet"
            quiet(f"{found.name} · sees {teams}")
            st.link_button("Open the web app", settings.url, icon=":material/open_in_new:", width="stretch")
    chosen.run()


main()
