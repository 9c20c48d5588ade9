"""The parts every page is made of, from its title to the line about its data; and what a page is given."""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

import msgspec
import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboards import theme
from dashboards.access import Viewer
from dashboards.data import META, Lake, MissingMart, ask
from dashboards.exports import FORMATS
from dashboards.filters import Filters
from dashboards.live import Product
from dashboards.report import Drawn, Heading, Listed, Said, notes
from dashboards.words import NOTHING, count, instant

UNCHANGED = "unchanged"
_NOTHING = re.compile(r"[+-]0(\.0+)?( pts)?$")

ROWS_SHOWN = 500
"""Longest list on a page; its files hold all rows."""


class View(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """What a page is given: the data as its viewer sees them, what is chosen, and where the web app is.

    On paper nobody can choose: `choices` says what the page's own choices stand at.
    """

    lake: Lake
    viewer: Viewer
    filters: Filters
    web: str
    product: Product | None = None
    """Whom to ask about this moment; None: nobody."""
    is_on_paper: bool = False
    choices: Mapping[str, str] = {}

    def ask(self, sql: str, filters: Filters | None = None, **params: Any) -> pl.DataFrame:
        """Rows of a query; it may use the parameters of the filters (the page's own, unless others are given)."""
        return ask(self.lake, self.viewer, sql, (filters or self.filters).params | params)

    @cached_property
    def ink(self) -> theme.Ink:
        return theme.INKS["light" if self.is_on_paper else theme.scheme()]


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A number and how it moved. `change` in the unit of the text; `is_good` tells whether more of it is (None: neither)."""

    label: str
    value: str
    change: str | None = None
    is_good: bool | None = None
    help: str | None = None


@contextmanager
def named_warnings() -> Generator[None]:
    """A table that is not there becomes a sentence that names it."""
    try:
        yield
    except MissingMart as missing:
        what = (
            "lake is empty: nothing was published"
            if missing.name == META
            else f"table `{missing.name}` is not in the lake"
        )
        st.warning(
            f"The {what} yet. It appears after the next run of the warehouse (`redress warehouse build`).",
            icon=":material/database_off:",
        )


def opening(title: str, question: str) -> None:
    st.title(title, anchor=False)
    st.markdown(f":gray[{question}]")


def quiet(text: str) -> None:
    """Small words in the muted colour; Streamlit's own captions are too pale to read."""
    st.markdown(f":small[:gray[{text}]]")


def section(title: str, reading: str = "") -> None:
    """A heading, and the sentence that says what the figure below says."""
    st.header(title, anchor=False)
    notes().body.append(Heading(title))
    if reading:
        say(reading)


def say(text: str) -> None:
    """A sentence of the page."""
    st.markdown(text)
    notes().body.append(Said(text))


def choose(view: View, label: str, names: Mapping[str, str], key: str) -> str:
    """One of `names`, the first until another is chosen; the address keeps it."""
    if view.is_on_paper:
        return view.choices.get(key, next(iter(names)))
    found = st.segmented_control(
        label, list(names), default=next(iter(names)), format_func=names.__getitem__, key=key, required=True,
        label_visibility="collapsed", bind="query-params",
    ) or next(iter(names))  # fmt: skip
    notes().choices[key] = found
    return found


def metrics(found: Sequence[Metric], period: str, *, is_comparable: bool = True) -> None:
    """The numbers in a row, and a line that says what time they are of and what they are compared with."""
    if not is_comparable:
        found = [msgspec.structs.replace(metric, change=None) for metric in found]
    found = [
        msgspec.structs.replace(m, change=UNCHANGED) if m.change and _NOTHING.match(m.change) else m for m in found
    ]
    for column, metric in zip(st.columns(len(found), gap="small"), found, strict=True):
        is_neutral = metric.is_good is None or metric.change == UNCHANGED
        colour = "off" if is_neutral else "normal" if metric.is_good else "inverse"
        column.metric(
            metric.label,
            metric.value,
            metric.change,
            delta_color=colour,
            delta_arrow="off" if is_neutral else "auto",
            height="stretch",
            help=metric.help,
            border=True,
        )
    quiet(period)
    notes().metrics, notes().period = [(m.label, m.value, m.change or "") for m in found], period


def figure(chart: go.Figure, key: str, reading: str) -> None:
    """A chart; `reading` is what a screen reader says of it."""
    st.plotly_chart(
        chart,
        theme=None,
        width="stretch",
        key=f"figure_{key}",
        alt=reading,
        config={"displayModeBar": False, "scrollZoom": False},
    )
    notes().body.append(Drawn(chart, reading))


def nothing(what: str) -> None:
    st.info(
        f"No {what} in this selection. Take a filter off, or choose [all time](?period=All+time).",
        icon=":material/filter_alt:",
    )


def ticket_links(view: View, rows: pl.DataFrame, column: str = "number") -> pl.DataFrame:
    """The rows with `link`, the address of each ticket in the web app; none where the viewer may not know the ticket."""
    return rows.with_columns((pl.lit(f"{view.web}/tickets/") + pl.col(column)).alias("link"))


def ticket_column(**more: Any) -> Any:
    """Column `link`, shown as the ticket's number."""
    return st.column_config.LinkColumn("Ticket", display_text=r"tickets/(.+)$", **more)


def instant_column(label: str) -> Any:
    """An instant to the minute, in UTC."""
    return st.column_config.DatetimeColumn(f"{label} (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC")


def table(
    frame: pl.DataFrame,
    name: str,
    columns: Mapping[str, Any],
    filters: Filters,
    *,
    hidden: Sequence[str] = (),
    row_height: int | None = None,
) -> None:
    """A list and its files. `columns` gives each column's label or its `st.column_config`; `hidden` are in the files alone.
    `row_height` in pixels, where cells hold sentences."""
    shown = frame.head(ROWS_SHOWN)
    st.dataframe(
        shown.to_pandas(),
        column_config=dict(columns),
        column_order=[c for c in columns if c in frame.columns],
        hide_index=True,
        width="stretch",
        height="content" if len(shown) <= 12 else 425,
        row_height=row_height,
        placeholder=NOTHING,
        key=f"table_{name}",
    )
    whole = frame.select(c for c in frame.columns if c in columns or c in hidden)
    notes().body.append(Listed(name, whole, columns))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for word, (ending, mime, made) in FORMATS.items():
            st.download_button(
                word,
                partial(made, whole),
                file_name=f"redress-{name}-{filters.since}-to-{filters.today}.{ending}",
                mime=mime,
                icon=":material/download:",
                key=f"{ending}_{name}",
                help=f"All {count(len(frame))} rows.",
                on_click="ignore",
            )
        more = f", the first {ROWS_SHOWN} shown" if len(frame) > ROWS_SHOWN else ""
        st.markdown(f":gray[{count(len(frame))} {'row' if len(frame) == 1 else 'rows'}{more}]")


def footer(view: View, marts: Sequence[str], definition: str) -> None:
    """Up to when the data go, how many rows the page stands on, and what its numbers mean."""
    lake = view.lake
    rows = sum(lake.tables[name].rows for name in marts if name in lake.tables)
    until = f"Data to {instant(lake.newest_event_at)}" if lake.newest_event_at else "No event yet"
    st.divider()
    read = f" · {count(rows)} rows in {', '.join(marts)}" if marts else ""
    text = f"{until}{read} · days of {lake.time_zone} · {definition}"
    quiet(text)
    notes().footer, notes().marts = text, marts
