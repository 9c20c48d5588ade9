"""What a viewer has to know about the data before believing a number: stopped publishing, failed checks, old data."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl
import streamlit as st

from dashboards.data import Lake, MissingMart, read_health
from dashboards.words import instant, length

OLD = timedelta(hours=1)


def warnings(lake: Lake, checks: pl.DataFrame, now: datetime) -> Iterator[str]:
    """Sentences, the gravest first."""
    for check in checks.filter(pl.col("level") == "error").sort("is_blocking", descending=True).to_dicts():
        stopped = f" These are the numbers published {instant(lake.built_at)}." if check["is_blocking"] else ""
        yield f"The check `{check['name']}` failed: {check['detail']}{stopped}"
    for check in checks.filter(pl.col("level") == "warning").to_dicts():
        yield f"The check `{check['name']}` warns: {check['detail']}"
    if lake.newest_event_at is None:
        yield "Nothing has happened yet: there is no ticket in the data."
    elif now - lake.newest_event_at > OLD:
        age = length((now - lake.newest_event_at).total_seconds())
        yield f"The newest event is {age} old. If people are at work, the warehouse stands still."


def banner(lake: Lake, now: datetime) -> None:
    """Show the warnings above a page."""
    try:
        checks = read_health(lake.root)
    except MissingMart:
        st.warning("The table `data_health` is not in the lake: nobody checked these numbers.")
        return
    for sentence in warnings(lake, checks, now):
        st.warning(sentence, icon=":material/schedule:" if sentence.startswith("The newest") else ":material/warning:")
