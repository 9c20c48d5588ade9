"""Repeat complaints: who comes back, and with what? A complaint repeats when its customer complained in the 30 days before."""

import polars as pl
import streamlit as st

from dashboards import charts
from dashboards.filters import Filters
from dashboards.layout import (
    Metric,
    View,
    figure,
    footer,
    instant_column,
    metrics,
    nothing,
    section,
    table,
    ticket_column,
    ticket_links,
)
from dashboards.words import count, share

TITLE = "Repeat complaints"
QUESTION = "Who comes back, and with what?"
WITHIN_DAYS = 30

COMPLAINTS = """
with complaints as (
    select t.ticket_id, t.number, t.customer_id, t.created_at, t.created_day, t.reopens, coalesce(category.path, 'No category') as category,
           lag(t.created_at) over life as earlier_at, lag(t.category_id) over life is not distinct from t.category_id as is_same
    from fct_tickets t
    left join dim_categories category on category.category_id = t.category_id
    where t.created_day between $since - {days} and $until and t.customer_id is not null and {where}
    window life as (partition by t.customer_id order by t.created_at, t.ticket_id)
)
select c.*, coalesce(o.name, 'No organisation') as organisation,
       coalesce(c.created_at - c.earlier_at <= interval {days} day, false) as is_repeat
from complaints c
left join dim_customers k on k.customer_id = c.customer_id
left join dim_organisations o on o.organisation_id = k.organisation_id
where c.created_day >= $since
"""


def complaints(view: View, filters: Filters | None = None) -> pl.DataFrame:
    """One row per complaint of the period, and whether it repeats an earlier one (`is_same`: of the same topic)."""
    chosen = filters or view.filters
    return view.ask(COMPLAINTS.format(where=chosen.where("t"), days=WITHIN_DAYS), chosen)


def show(view: View) -> None:
    rows = complaints(view)
    if rows.is_empty():
        nothing("complaint")
    else:
        _numbers(view, rows)
        _often(view, rows)
        _topics(view, rows)
        _customers(view, rows)
    footer(
        view,
        ["fct_tickets", "dim_customers", "dim_organisations"],
        f"repeat: the same customer complained within the {WITHIN_DAYS} days before, among the complaints chosen above; by the day it came",
    )


def _numbers(view: View, rows: pl.DataFrame) -> None:
    then = complaints(view, view.filters.before)

    def part(frame: pl.DataFrame, condition: pl.Expr) -> float | None:
        return frame.select(condition.mean()).item()

    def metric(label: str, condition: pl.Expr, help: str | None = None) -> Metric:
        now, earlier = part(rows, condition), part(then, condition)
        change = None if now is None or earlier is None else f"{(now - earlier) * 100:+.1f} pts"
        return Metric(label=label, value=share(now), change=change, is_good=False, help=help)

    customers = rows.group_by("customer_id").len()
    metrics(
        [
            metric("Repeats", pl.col("is_repeat"), f"The customer had complained within {WITHIN_DAYS} days."),
            metric("With the same topic", pl.col("is_repeat") & pl.col("is_same"), "Part of all complaints."),
            metric("Reopened", pl.col("reopens") > 0, "The complaint itself came back."),
            Metric(label="Customers", value=count(len(customers))),
            Metric(label="With two or more", value=count(customers.filter(pl.col("len") > 1).height)),
        ],
        view.filters.compared,
        is_comparable=view.filters.is_comparable,
    )  # fmt: skip


def _often(view: View, rows: pl.DataFrame) -> None:
    each = rows.group_by("customer_id").agg(pl.len().alias("complaints"))
    band = pl.when(pl.col("complaints") >= 5).then(pl.lit("5 or more")).otherwise(pl.col("complaints").cast(pl.String))
    found = (
        each.with_columns(times=band)
        .group_by("times")
        .agg(pl.len().alias("customers"), pl.col("complaints").sum())
        .sort("times")
    )
    many = each.filter(pl.col("complaints") > 1)
    reading = (
        f"{share(len(many) / len(each), 0)} of the customers complained more than once; "
        f"theirs are **{share(int(many['complaints'].sum()) / len(rows), 0)}** of all complaints."
    )
    section("How often customers complain", reading)
    named = found.with_columns(
        pl.when(pl.col("times") == "1")
        .then(pl.lit("Once"))
        .otherwise(pl.col("times") + pl.lit(" times"))
        .alias("label")
    )
    figure(charts.bars(named, label="label", value="customers", ink=view.ink), "often", reading)


def _topics(view: View, rows: pl.DataFrame) -> None:
    repeats = rows.filter("is_repeat")
    if repeats.is_empty():
        section("What comes back", f"No customer came back within {WITHIN_DAYS} days.")
        return
    by = (
        repeats.group_by("category")
        .agg(pl.len().alias("repeats"))
        .sort(["repeats", "category"], descending=[True, False])
    )
    first = by.row(0, named=True)
    reading = f"**{first['category']}** comes back most: {count(first['repeats'])} of {count(len(repeats))} repeats."
    section("What comes back", reading + " :gray[Beside each number: its share with those above.]")
    figure(
        charts.pareto(by.head(12), label="category", value="repeats", total=len(repeats), ink=view.ink, token="accent"),
        "topics",
        reading,
    )


def _customers(view: View, rows: pl.DataFrame) -> None:
    def summed(by: str) -> pl.DataFrame:
        return (
            rows.group_by(by)
            .agg(
                pl.len().alias("complaints"), pl.col("is_repeat").sum().alias("repeats"), pl.col("customer_id").n_unique().alias("customers"),
                pl.col("category").mode().sort().first().alias("topic"), pl.col("created_at").max().alias("last"), pl.col("number").sort_by("created_at").last(),
            )
            .filter(pl.col("complaints") > 1)
            .sort(["complaints", by], descending=[True, False])
        )  # fmt: skip

    section(
        "Customers who come back",
        "By key, since the warehouse knows no names; the last complaint opens in the web app.",
    )
    who = ticket_links(view, summed("customer_id"))
    columns = {
        "customer_id": st.column_config.NumberColumn("Customer", format="%d"), "complaints": "Complaints", "repeats": "Repeats",
        "topic": "Most about", "link": ticket_column(), "last": instant_column("Last"),
    }  # fmt: skip
    table(who, "repeat-customers", columns, view.filters, hidden=["number"])
    groups = summed("organisation").filter(pl.col("organisation") != "No organisation")
    if len(groups):
        section("Organisations that come back")
        columns = {
            "organisation": "Organisation",
            "customers": "Customers",
            **{c: columns[c] for c in ("complaints", "repeats", "topic", "last")},
        }
        table(groups, "repeat-organisations", columns, view.filters)
