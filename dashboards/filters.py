"""What all pages are narrowed by, kept in the URL so that a link shows the same."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import msgspec
import streamlit as st

from dashboards import theme
from dashboards.access import Viewer
from dashboards.data import Lake, MissingMart, ask
from dashboards.words import name_of

WHOLE = 0
"""Stands for the time from the first ticket on."""
PERIODS = {7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 365: "Last 365 days", WHOLE: "All time"}
DEFAULT_DAYS = 30
SOURCES = ("web", "email", "api")
NO_TEAM = 0
"""Stands for "no team" among the teams' ids."""

Name = Literal["period", "team", "priority", "category", "source"]
ALL: tuple[Name, ...] = ("period", "team", "priority", "category", "source")


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """An empty choice narrows nothing. `today` is the last day of the period, which holds `days` days."""

    today: date
    first: date | None = None
    """Local day of the first ticket there is; None: unknown."""
    days: int = DEFAULT_DAYS
    """WHOLE: from the first ticket on."""
    teams: tuple[int, ...] = ()
    priorities: tuple[str, ...] = ()
    categories: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def since(self) -> date:
        if self.days == WHOLE:
            return self.first or self.today
        return self.today - timedelta(days=self.days - 1)

    @property
    def length(self) -> int:
        """Days of the period."""
        return (self.today - self.since).days + 1

    @property
    def before(self) -> "Filters":
        """The period of the same length that ends the day before this one begins."""
        return msgspec.structs.replace(self, today=self.since - timedelta(days=1), days=self.length)

    @property
    def compared(self) -> str:
        """What the numbers are of, and what their changes are against."""
        if not self.is_comparable:
            return f"{_span(self)}; nothing to compare with, the data begin on {self.first:%-d %b %Y}."
        return f"{_span(self)}; changes against the {self.length} days before, {_span(self.before)}."

    @property
    def is_comparable(self) -> bool:
        """The data reach back over the whole period before."""
        return self.first is None or self.first <= self.before.since

    @property
    def is_by_ticket(self) -> bool:
        """Narrowed by what only single tickets know: category or channel."""
        return bool(self.categories or self.sources)

    @property
    def params(self) -> dict[str, Any]:
        return {
            "since": self.since,
            "until": self.today,
            "teams": list(self.teams),
            "priorities": list(self.priorities),
            "categories": list(self.categories),
            "sources": list(self.sources),
        }

    def where(
        self, alias: str, *, day: str = "", priority: bool = True, category: bool = True, source: bool = True
    ) -> str:
        """Condition on the table `alias`, with the parameters of `params`. `day` is the column the period applies to.

        A table without a source of its own is narrowed through its tickets.
        """
        parts = [f"{alias}.{day} between $since and $until"] if day else []
        if self.teams:
            parts.append(f"list_contains($teams, coalesce({alias}.team_id, {NO_TEAM}))")
        if self.priorities and priority:
            parts.append(f"list_contains($priorities, {alias}.priority)")
        if self.categories and category:
            parts.append(f"list_contains($categories, {alias}.category_id)")
        if self.sources and source:
            parts.append(
                f"{alias}.ticket_id in (select ticket_id from fct_tickets where list_contains($sources, source))"
            )
        return " and ".join(parts) or "true"


def bar(lake: Lake, viewer: Viewer, *, is_off: bool = False) -> Filters:
    """The row of choices above every page, and what is chosen. `is_off` on pages that take none."""
    teams = _options(lake, viewer, "select team_id, name from dim_teams where is_current order by name")
    if not viewer.sees_all:
        teams = {key: name for key, name in teams.items() if key in viewer.team_ids}
    else:
        teams[NO_TEAM] = "No team"
    if st.query_params.get("period") == "all":
        st.session_state["period"] = WHOLE
    paths = _options(lake, viewer, "select category_id, path from dim_categories order by path")
    columns = st.columns([1.1, 1.3, 1.2, 1.5, 1.0], gap="small")
    with columns[0]:
        days = st.selectbox(
            "Period",
            list(PERIODS),
            index=1,
            format_func=lambda n: PERIODS[n],
            key="period",
            bind="query-params",
            disabled=is_off,
        )
    with columns[1]:
        chosen_teams = _several("Team", "team", teams, "All teams", is_off)
    with columns[2]:
        priorities = _several(
            "Priority", "priority", {p: name_of(p) for p in theme.PRIORITIES}, "All priorities", is_off
        )
    with columns[3]:
        categories = _several("Category", "category", paths, "All categories", is_off)
    with columns[4]:
        sources = _several("Channel", "source", {s: name_of(s) for s in SOURCES}, "All channels", is_off)
    return Filters(
        today=lake.today,
        first=first_day(lake, viewer),
        days=days,
        teams=tuple(chosen_teams),
        priorities=tuple(priorities),
        categories=_with_children(categories, paths),
        sources=tuple(sources),
    )


def told(lake: Lake, viewer: Viewer, chosen: Filters) -> list[tuple[str, str]]:
    """What is chosen and by whom, as names and words; for a paper that has no choices above it."""
    teams = _options(lake, viewer, "select team_id, name from dim_teams where is_current") | {NO_TEAM: "No team"}
    paths = _options(lake, viewer, "select category_id, path from dim_categories")
    several = {
        "Team": [teams.get(key, str(key)) for key in chosen.teams],
        "Priority": [name_of(priority) for priority in chosen.priorities],
        "Category": [paths.get(key, str(key)) for key in chosen.categories],
        "Channel": [name_of(source) for source in chosen.sources],
    }
    return [
        ("Period", _span(chosen)),
        *((name, ", ".join(values) or "all") for name, values in several.items()),
        (
            "Seen by",
            f"{viewer.name} ({'all teams' if viewer.sees_all else ', '.join(t.name for t in viewer.teams) or 'no team'})",
        ),
        ("Data as published", f"{lake.built_at:%Y-%m-%d %H:%M:%S} UTC, version {lake.version}"),
    ]


def _span(filters: Filters) -> str:
    begin = "%-d %b" if filters.since.year == filters.today.year else "%-d %b %Y"
    return f"{filters.since:{begin}} to {filters.today:%-d %b %Y}"


def _several(label: str, key: str, names: Mapping[Any, str], placeholder: str, is_off: bool) -> list[Any]:
    return st.multiselect(
        label,
        list(names),
        format_func=lambda value: names.get(value, str(value)),
        placeholder=placeholder,
        key=key,
        bind="query-params",
        disabled=is_off,
    )


def _with_children(chosen: Sequence[int], paths: Mapping[int, str]) -> tuple[int, ...]:
    """The chosen categories and all below them."""
    roots = [paths[key] for key in chosen]
    return tuple(key for key, path in paths.items() if any(path == r or path.startswith(f"{r} / ") for r in roots))


def first_day(lake: Lake, viewer: Viewer) -> date | None:
    """Local day of the first ticket there is; None: unknown."""
    try:
        return ask(lake, viewer, "select min(day) as day from dim_dates", {})["day"][0]
    except MissingMart:
        return None


def _options(lake: Lake, viewer: Viewer, sql: str) -> dict[Any, str]:
    try:
        return dict(ask(lake, viewer, sql, {}).rows())
    except MissingMart:
        return {}
