"""Data health: how fresh and how complete is the data?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.data import read_health
from dashboards.layout import Metric, View, figure, footer, metrics, quiet, section, table
from dashboards.words import count, instant

TITLE = "Data health"
TAKES_FILTERS = False
QUESTION = "How fresh and how complete is the data, and does it agree with the product?"

LEVELS = {
    "ok": ":green[:material/check_circle: Passed]",
    "warning": ":orange[:material/warning: Warns]",
    "error": ":red[:material/error: Failed]",
}


def tables(view: View) -> pl.DataFrame:
    """Published tables with version and rows, the largest first."""
    found = [{"table": name, "rows": kept.rows, "version": kept.version} for name, kept in view.lake.tables.items()]
    return pl.DataFrame(found).sort(["rows", "table"], descending=[True, False])


def show(view: View) -> None:
    lake, checks, published = view.lake, read_health(view.lake.root), tables(view)
    passed = checks.filter(pl.col("level") == "ok").height
    newest = lake.newest_event_at
    metrics(
        [
            Metric(label="Data to (UTC)", value=f"{newest:%H:%M}" if newest else "–", change=f"{newest:%-d %b %Y}" if newest else None),
            Metric(label="Published (UTC)", value=f"{lake.built_at:%H:%M}", change=f"{lake.built_at:%-d %b %Y}"),
            Metric(label="Checks passed", value=f"{passed} of {len(checks)}"),
            Metric(label="Tables", value=count(len(published))),
            Metric(label="Rows", value=count(sum(published["rows"]))),
        ],
        "Of the newest publication; the choices above do not apply here.",
    )  # fmt: skip
    bad = checks.filter(pl.col("level") != "ok")
    reading = (
        f"**{', '.join(bad['name'])}** did not pass."
        if len(bad)
        else "Every check passed: the marts say what the product says."
    )
    section(
        "Checks",
        f"{reading} :gray[A blocking check that fails stops publishing; the dashboards keep the last good version.]",
    )
    for check in checks.sort("name").to_dicts():
        _told(check)
    largest = published.row(0, named=True)
    reading = f"**{largest['table']}** is the largest with {count(largest['rows'])} rows."
    section("Rows by table", reading)
    figure(charts.bars(published, label="table", value="rows", ink=view.ink), "rows", reading)
    table(
        published,
        "tables",
        {
            "table": "Table",
            "rows": st.column_config.NumberColumn("Rows", format="localized"),
            "version": "Version in the lake",
        },
        view.filters,
    )
    until = f"the log up to {instant(newest)}" if newest else "an empty log"
    footer(view, ["fct_tickets"], f"all tables stand at one position: {until}")


def _told(check: dict[str, Any]) -> None:
    """A check in words: a sentence that a cell of a table would cut."""
    left, right = st.columns([1.1, 4], gap="small")
    with left:
        st.markdown(f"{LEVELS[check['level']]}  \n`{check['name']}`")
    with right:
        st.markdown(check["detail"])
        blocks = "stops publishing when it fails" if check["is_blocking"] else "warns and stops nothing"
        quiet(
            f"{count(check['checked'])} looked at, {count(check['failed'])} wrong · {instant(check['checked_at'])} · {blocks}"
        )
