"""Topics and root causes: what do customers complain about, what grows, and what does it cost? By creation."""

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.filters import Filters
from dashboards.layout import Metric, View, choose, figure, footer, metrics, nothing, section, table
from dashboards.words import count, share

TITLE = "Topics and root causes"
QUESTION = "What do customers complain about, what grows, and what does it cost us?"
NONE = {"category": "No category", "cause": "No cause named"}
SHOWN = 12

COMPLAINTS = """
select coalesce(category.path, 'No category') as category, coalesce(cause.path, 'No cause named') as cause, t.is_sla_breached,
       t.reopens > 0 as is_reopened, t.resolution_seconds_calendar as resolution, t.csat_score, t.outcome,
       t.remedy_amount, t.remedy_currency
from fct_tickets t
left join dim_categories category on category.category_id = t.category_id
left join dim_root_causes cause on cause.root_cause_id = t.root_cause_id
where {where}
"""


def complaints(view: View, filters: Filters | None = None) -> pl.DataFrame:
    """One row per complaint of the period."""
    chosen = filters or view.filters
    return view.ask(COMPLAINTS.format(where=chosen.where("t", day="created_day")), chosen)


def by_topic(now: pl.DataFrame, then: pl.DataFrame, by: str, currency: str | None) -> pl.DataFrame:
    """A row per category or cause, the most frequent first: counts, change, shares 0 to 1, hours, cost in `currency`."""
    earlier = then.group_by(by).agg(pl.len().cast(pl.Int64).alias("before"))
    decided = pl.col("outcome").is_in(["upheld", "partly_upheld", "not_upheld"])
    return (
        now.group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("complaints"),
            (pl.col("resolution").median() / 3600).alias("hours"),
            pl.col("is_sla_breached").mean().alias("broken"),
            pl.col("is_reopened").mean().alias("reopened"),
            (pl.col("csat_score") >= 4).mean().alias("content"),
            pl.col("outcome").filter(decided).is_in(["upheld", "partly_upheld"]).mean().alias("upheld"),
            pl.col("remedy_amount").filter(pl.col("remedy_currency") == currency).sum().alias("cost"),
        )
        .join(earlier, on=by, how="left")
        .with_columns(pl.col("before").fill_null(0))
        .with_columns(change=pl.col("complaints") - pl.col("before"), part=pl.col("complaints") / len(now))
        .sort(["complaints", by], descending=[True, False])
    )


def show(view: View) -> None:
    rows = complaints(view)
    if rows.is_empty():
        nothing("complaint")
    else:
        then = complaints(view, view.filters.before)
        currency = _currency(rows)
        _numbers(view, rows, then, currency)
        by = choose(view, "Group by", {"category": "By topic", "cause": "By root cause"}, "topic")
        found = by_topic(rows, then, by, currency)
        _volume(view, found, by, len(rows))
        _growth(view, found, by)
        _list(view, found, by, currency)
    footer(
        view,
        ["fct_tickets", "dim_categories", "dim_root_causes"],
        "complaints by the day they came; what became of them as of now; upheld: wholly or partly, of those decided; "
        "cost: remedies in the currency used most, others are not added",
    )


def _currency(rows: pl.DataFrame) -> str | None:
    used = rows.drop_nulls(["remedy_amount", "remedy_currency"])["remedy_currency"].value_counts(sort=True)
    return None if used.is_empty() else str(used["remedy_currency"][0])


def _numbers(view: View, rows: pl.DataFrame, then: pl.DataFrame, currency: str | None) -> None:
    def named(frame: pl.DataFrame) -> float | None:
        return frame.select((pl.col("cause") != NONE["cause"]).mean()).item()

    def cost(frame: pl.DataFrame) -> float:
        return float(frame.filter(pl.col("remedy_currency") == currency)["remedy_amount"].sum() or 0)

    decided = rows.drop_nulls("outcome").filter(pl.col("outcome") != "withdrawn")
    upheld = decided.select(pl.col("outcome").is_in(["upheld", "partly_upheld"]).mean()).item()
    metrics(
        [
            Metric(label="Complaints", value=count(len(rows)), change=f"{len(rows) - len(then):+,}", is_good=False),
            Metric(label="Topics", value=count(rows["category"].n_unique())),
            Metric(label="Upheld", value=share(upheld, 0), help="Wholly or partly, of the complaints that were decided."),
            Metric(label="With a root cause", value=share(named(rows), 0), help="A cause was named: what is not named cannot be mended."),
            Metric(label=f"Remedies ({currency or 'none'})", value=count(cost(rows)), change=f"{cost(rows) - cost(then):+,.0f}", is_good=False),
        ],
        view.filters.compared,
        is_comparable=view.filters.is_comparable,
    )  # fmt: skip


def _volume(view: View, found: pl.DataFrame, by: str, total: int) -> None:
    sums = found["complaints"].cum_sum()
    vital = int((sums < 0.8 * total).sum()) + 1
    reading = (
        f"**{count(vital)}** of {count(len(found))} make four fifths of all; **{found[by][0]}** leads with "
        f"{count(found['complaints'][0])} ({share(found['part'][0], 0)})."
    )
    section("Which are the most", reading + " :gray[Beside each number: its share with those above.]")
    top = found.head(SHOWN)
    figure(
        charts.pareto(top, label=by, value="complaints", total=total, ink=view.ink, token="accent"),
        f"volume_{by}",
        reading,
    )


def _growth(view: View, found: pl.DataFrame, by: str) -> None:
    if not view.filters.is_comparable:
        return
    moved = (
        found.filter(pl.col("change") != 0)
        .sort(pl.col("change").abs(), descending=True)
        .head(10)
        .sort("change", descending=True)
    )
    if moved.is_empty():
        return
    first = moved.row(0, named=True)
    reading = (
        f"**{first[by]}** grew most: {count(first['before'])} → {count(first['complaints'])}."
        if first["change"] > 0
        else f"Nothing grew; **{moved[by][-1]}** fell most."
    )
    section("What grows", reading + f" :gray[Against the {view.filters.length} days before.]")
    figure(charts.changes(moved, label=by, value="change", ink=view.ink), f"growth_{by}", reading)


def _list(view: View, found: pl.DataFrame, by: str, currency: str | None) -> None:
    section("Topic by topic" if by == "category" else "Cause by cause")
    columns = {
        by: "Topic" if by == "category" else "Root cause", "complaints": "Complaints", "part": st.column_config.NumberColumn("Of all", format="percent"),
        "change": st.column_config.NumberColumn("Change", format="%+d", help="Against the period before."),
        "hours": st.column_config.NumberColumn("Resolved in (median)", format="%.1f h"),
        **{name: st.column_config.NumberColumn(label, format="percent") for name, label in
           (("broken", "Promise broken"), ("reopened", "Reopened"), ("content", "Content"), ("upheld", "Upheld"))},
        "cost": st.column_config.NumberColumn(f"Remedies ({currency or 'none'})", format="localized"),
    }  # fmt: skip
    shares = ("part", "broken", "reopened", "content", "upheld")
    rounded = found.with_columns(pl.col(*shares).round(3), pl.col("hours").round(2))
    if not view.filters.is_comparable:
        columns.pop("change")
    table(rounded, "topics", columns, view.filters)
