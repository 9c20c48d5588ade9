"""From stretches to clocks, for one target at a time: open, count, breach, and read off the last row of each clock.

Rows of one clock are a `group`, and lie together in the log's order. Sums within groups are differences of one running
sum over all rows, which costs a fraction of a window function.
"""

import polars as pl

from api.sla.rules.positions import Lines, as_instant
from api.sla.rules.stretches import STATUSES, Promises

CLOCK_SCHEMA = pl.Schema(
    {
        "ticket_id": pl.Int64(),
        "target": pl.String(),
        "cycle": pl.Int32(),
        "policy_version_id": pl.Int64(),
        "calendar_version_id": pl.Int64(),
        "target_seconds": pl.Int64(),
        "started_at": pl.Datetime("us", "UTC"),
        "resumed_at": pl.Datetime("us", "UTC"),
        "paused_at": pl.Datetime("us", "UTC"),
        "elapsed_seconds": pl.Int64(),
        "due_at": pl.Datetime("us", "UTC"),
        "at_risk_at": pl.Datetime("us", "UTC"),
        "met_at": pl.Datetime("us", "UTC"),
        "breached_at": pl.Datetime("us", "UTC"),
        "warned_at": pl.Datetime("us", "UTC"),
    }
)
"""The fields of `Clock`. `warned_at` is null: no fact sets it."""


def opened_rows(rows: pl.DataFrame, target: str, promises: Promises) -> pl.DataFrame:
    """The rows of each clock of `target`, from the one that starts it."""
    if target == "first_response":
        rows = rows.filter(~pl.col("is_answered"))
    has_target = promises.seconds(target).gather(rows["place"]).is_not_null()
    starts = pl.lit(has_target) & ~pl.col("is_done")
    if target == "next_response":
        starts = pl.lit(has_target) & pl.col("is_customer") & pl.col("is_answered")
    rows = rows.with_columns(starts.alias("starts"))
    return rows.filter(_sum_before("starts") + pl.col("starts") > 0).drop("starts")


def count(rows: pl.DataFrame, target: str, promises: Promises) -> pl.DataFrame:
    """The rows with what the clock did in each: `runs`, `used` in it and `elapsed` before it, of `target_seconds`.

    What was promised while a ticket was done, and no longer is when it is reopened, promises nothing.
    """
    return (
        rows.with_columns(
            runs=promises.runs(target).gather(rows["code"]),
            target_seconds=promises.seconds(target).gather(rows["place"]),
        )
        .with_columns(target_seconds=pl.when("tells").then("target_seconds").forward_fill())
        .with_columns(used=pl.when("runs").then(pl.col("next_position") - pl.col("position")).otherwise(0))
        .with_columns(elapsed=_sum_before("used"))
    )


def first_breaches(counted: pl.DataFrame, lines: Lines) -> pl.DataFrame:
    """Per group that was breached: the row in which (`breached_in`), and when."""
    left = pl.col("target_seconds") - pl.col("elapsed")
    reached = counted.filter(pl.col("runs") & (pl.col("used") >= left)).with_columns(left=left)
    due = _due(reached, lines, "position", "left", "at")
    return (
        reached.with_columns(breached_at=due)
        .filter(pl.col("breached_at") < pl.col("next_at"))
        .unique("group", keep="first", maintain_order=True)
        .select("group", "breached_at", breached_in="row")
    )


def frozen(
    counted: pl.DataFrame, breaches: pl.DataFrame, target: str, promises: Promises, lines: Lines
) -> pl.DataFrame:
    """The rows, where policies applied after a clock's breach are taken back: it stays under the one it was breached under."""
    is_late = pl.col("row") > pl.col("breached_in")
    late = counted.filter("is_policy").join(breaches, on="group").filter(is_late).select("group").unique()
    if late.is_empty():
        return counted
    known = breaches.join(late, on="group", how="semi").join(
        counted.select(pl.col("row").alias("breached_in"), kept_place="place", kept_line="line"), on="breached_in"
    )
    rows = (
        counted.join(known, on="group", maintain_order="left")
        .with_columns(
            place=pl.when(is_late).then("kept_place").otherwise("place"),
            line=pl.when(is_late).then("kept_line").otherwise("line"),
            is_policy=pl.col("is_policy") & ~is_late,
        )
        .with_columns(code=pl.col("place") * len(STATUSES) + pl.col("status"))
    )
    rows = rows.with_columns(
        position=lines.position(rows["line"], rows["second"]),
        next_position=lines.position(rows["line"], rows["next_second"]),
    )
    others = counted.join(late, on="group", how="anti", maintain_order="left")
    return pl.concat([others, count(rows, target, promises).select(counted.columns)]).sort("row")


def last_rows(counted: pl.DataFrame) -> pl.DataFrame:
    """Per group the row that tells how its clock stands, with when it started, and when it last began to run or pause."""
    is_new, ran = _is_new(), pl.col("runs").shift(1, fill_value=False)
    starts_run = pl.col("runs") & (is_new | ~ran | pl.col("is_policy"))
    starts_pause = ~pl.col("runs") & (is_new | ran | pl.col("is_reopened"))
    return (
        counted.with_columns(
            started_at=pl.when(is_new).then("at").forward_fill(),
            resumed_at=pl.when(starts_run).then("at").forward_fill(),
            resumed_position=pl.when(starts_run).then("position").forward_fill(),
            resumed_elapsed=pl.when(starts_run).then("elapsed").forward_fill(),
            paused_at=pl.when(starts_pause).then("at").forward_fill(),
        )
        .filter("tells")
        .unique("group", keep="last", maintain_order=True)
    )


def clocks_of(last: pl.DataFrame, target: str, promises: Promises, lines: Lines, at_risk_share: float) -> pl.DataFrame:
    """The last rows as clocks."""
    is_met, is_breached = pl.col("is_met"), pl.col("breached_at").is_not_null()
    is_running, is_paused = pl.col("runs") & ~is_met, ~pl.col("runs") & ~is_met
    seconds = pl.col("target_seconds")
    safe = seconds - (seconds.cast(pl.Float64) * at_risk_share).cast(pl.Int64)
    elapsed = pl.when(is_met).then(pl.col("elapsed") + pl.col("used"))
    # the promise was made when the running stretch began, or (if it was paused) when the goal was reached
    last = last.with_columns(
        elapsed_seconds=elapsed.when(is_running).then("resumed_elapsed").otherwise("elapsed"),
        promised_at=pl.when(is_met).then("next_at").otherwise("resumed_at"),
        promised_from=pl.when(is_met).then("next_position").otherwise("resumed_position"),
    ).with_columns(left=seconds - pl.col("elapsed_seconds"), safe_left=safe - pl.col("elapsed_seconds"))
    due = _due(last, lines, "promised_from", "left", "promised_at")
    at_risk = _due(last, lines, "promised_from", "safe_left", "promised_at")
    return last.select(
        "ticket_id",
        pl.lit(target).alias("target"),
        pl.col("group").cum_count().over("ticket_id").cast(pl.Int32).alias("cycle"),
        promises.version_ids(last["place"]).alias("policy_version_id"),
        lines.version_ids(last["line"]).alias("calendar_version_id"),
        "target_seconds",
        "started_at",
        pl.when(is_running).then("resumed_at").alias("resumed_at"),
        pl.when(is_paused).then("paused_at").alias("paused_at"),
        "elapsed_seconds",
        pl.when(is_breached).then("breached_at").when(~is_paused).then(due).alias("due_at"),
        pl.when(is_running & ~is_breached).then(at_risk).alias("at_risk_at"),
        pl.when(is_met).then("next_at").alias("met_at"),
        "breached_at",
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("warned_at"),
    ).match_to_schema(CLOCK_SCHEMA)


def _due(rows: pl.DataFrame, lines: Lines, position: str, left: str, at: str) -> pl.Series:
    """When `left` seconds from `position` are used up; with nothing left, the instant `at` itself."""
    reached = lines.instant(rows["line"], rows[position] + rows[left].clip(0))
    return rows.select(pl.when(pl.col(left) > 0).then(as_instant(pl.lit(reached))).otherwise(at)).to_series()


def _is_new() -> pl.Expr:
    return pl.col("group").ne_missing(pl.col("group").shift(1))


def _sum_before(column: str) -> pl.Expr:
    """Sum of the column over the earlier rows of the group."""
    before = pl.col(column).cast(pl.Int64).cum_sum() - pl.col(column)
    return before - pl.when(_is_new()).then(before).forward_fill()
