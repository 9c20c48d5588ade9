"""Definitions: what does each number mean, and where does it come from?"""

import polars as pl
import streamlit as st

from dashboards import definitions
from dashboards.layout import Metric, View, footer, metrics, nothing, quiet, section, table
from dashboards.words import count

TITLE = "Definitions"
TAKES_FILTERS = False
QUESTION = "What does each number mean, and where does it come from?"
EVERY = "All tables"


def found(words: str, mart: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Metrics and columns that contain all the words, of one table or of all."""

    def holds(frame: pl.DataFrame) -> pl.Expr:
        text = pl.concat_str(pl.all(), separator=" ").str.to_lowercase()
        return pl.all_horizontal(
            pl.lit(value=True), *(text.str.contains(word, literal=True) for word in words.lower().split())
        )

    kinds, listed = definitions.metrics(), definitions.columns()
    listed = listed if mart == EVERY else listed.filter(pl.col("table") == mart)
    return kinds.filter(holds(kinds)), listed.filter(holds(listed))


def show(view: View) -> None:
    whole = definitions.columns()
    metrics(
        [
            Metric(label="Tables", value=count(whole["table"].n_unique())),
            Metric(label="Columns", value=count(len(whole))),
            Metric(label="Weighed metrics", value=count(len(definitions.metrics()))),
        ],
        "Of the contracts that the warehouse is held to; the choices above do not apply here.",
    )
    quiet(f"Every model from the log to the marts, with its lineage and tests: [what dbt knows]({view.web}/docs/data).")
    left, right = st.columns([2, 1], gap="small")
    words = left.text_input("Search", placeholder="reply time", key="words", bind="query-params") or ""
    mart = right.selectbox("Table", [EVERY, *whole["table"].unique().sort()], key="mart", bind="query-params") or EVERY
    kinds, listed = found(words, mart)
    if kinds.is_empty() and listed.is_empty():
        nothing("definition")
    if len(kinds) and mart == EVERY:
        section("Metrics that were weighed", "Ours, and how the field's common definition differs.")
        lines = ["| Metric | Ours | Against the field |", "|---|---|---|"]
        st.markdown("\n".join([*lines, *(f"| **{name}** | {ours} | {why} |" for name, ours, why in kinds.rows())]))
    if len(listed):
        section("Columns", "Durations are seconds; days are of the installation's time zone; instants are UTC.")
        shown = {
            "table": st.column_config.TextColumn("Table", width="small"), "column": st.column_config.TextColumn("Column", width="medium"),
            "type": st.column_config.TextColumn("Type", width=150), "meaning": st.column_config.TextColumn("Meaning", width="large"),
        }  # fmt: skip
        table(listed, "columns", shown, view.filters, hidden=["grain"], row_height=54)
    footer(view, [], "read from the contracts of dbt, which no build may break")
