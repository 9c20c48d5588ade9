"""The facts of many tickets as rows of one shape: what held from each fact to the next, ready for every target.

A row says: from `at` until `next_at` the ticket had this status and stood under this policy and calendar (by line).
Rows of one clock form a `group`: a ticket's whole life, or a turn of its conversation.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from api.sla.rules.policy import DONE, PolicyTerms, runs
from api.sla.rules.positions import Lines, epoch_seconds

KINDS = ("opened", "status", "comment", "policy")
STATUSES = ("open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed")

FACT_SCHEMA = pl.Schema(
    {
        "ticket_id": pl.Int64(),
        "seq": pl.Int64(),
        "at": pl.Datetime("us", "UTC"),
        "kind": pl.Enum(KINDS),
        "status": pl.Enum(STATUSES),
        "by_staff": pl.Boolean(),
        "policy_version_id": pl.Int64(),
        "calendar_version_id": pl.Int64(),
    }
)
"""One row per fact, `seq` the log's order within a ticket. `status`: of `opened` and the new one of `status`; `by_staff`
of `comment`; `policy_version_id` and `calendar_version_id` (null: around the clock) of `policy`; null otherwise."""


class Promises:
    """The policies in reach of the facts, as tables that a column of codes looks things up in.

    The code of a row is (policy's place, status); place 0 is "no policy yet".
    """

    def __init__(self, policies: Mapping[int, PolicyTerms]) -> None:
        self._policies = dict(sorted(policies.items()))
        self._ids = pl.Series([*self._policies], dtype=pl.Int64)
        self.targets = sorted({target for policy in self._policies.values() for target in policy.targets})

    def places(self, policy_version_ids: pl.Series) -> pl.Series:
        """Place of each policy version, 0 for null. Raises `KeyError` for a version not given."""
        if unknown := set(policy_version_ids.drop_nulls().unique()) - set(self._policies):
            raise KeyError(f"No policy is given for the versions {sorted(unknown)}.")
        found = self._ids.search_sorted(policy_version_ids.fill_null(0)).cast(pl.Int64) + 1
        return pl.select(pl.when(policy_version_ids.is_null()).then(0).otherwise(found)).to_series()

    def seconds(self, target: str) -> pl.Series:
        """By place: the target in seconds, null where the policy lacks it."""
        return pl.Series([None, *(policy.targets.get(target) for policy in self._policies.values())], dtype=pl.Int64)

    def runs(self, target: str) -> pl.Series:
        """By code: whether an unmet clock of the target counts."""
        none = [False] * len(STATUSES)
        return pl.Series(
            [*none, *(runs(policy, target, status) for policy in self._policies.values() for status in STATUSES)]
        )

    def version_ids(self, places: pl.Series) -> pl.Series:
        """The policy versions at these places, none of them 0."""
        return self._ids.gather(places - 1)


def rows_of(facts: pl.DataFrame, promises: Promises, lines: Lines) -> pl.DataFrame:
    """`facts`, sorted by ticket and seq, as rows of what held after each."""
    facts = facts.with_columns(
        is_first=pl.col("ticket_id").ne_missing(pl.col("ticket_id").shift(1)),
        is_policy=pl.col("kind") == "policy",
        is_staff=(pl.col("kind") == "comment") & pl.col("by_staff").fill_null(value=False),
        second=epoch_seconds(pl.col("at")),
        place=promises.places(facts["policy_version_id"]),
        line=lines.numbers(facts["calendar_version_id"]),
    )
    # a ticket's first row has a status and place 0 (no policy), so nothing of the ticket before it flows in
    is_promise = pl.col("is_first") | pl.col("is_policy")
    return facts.select(
        "ticket_id",
        "at",
        "second",
        "is_first",
        "is_policy",
        "is_staff",
        pl.int_range(pl.len()).alias("row"),
        ((pl.col("kind") == "comment") & ~pl.col("is_staff")).alias("is_customer"),
        pl.col("status").to_physical().cast(pl.Int64).forward_fill(),
        pl.when(is_promise).then("place").forward_fill().alias("place"),
        pl.when(is_promise).then("line").forward_fill().alias("line"),
    ).with_columns(
        is_done=pl.col("status").is_in([STATUSES.index(status) for status in sorted(DONE)]),
        code=pl.col("place") * len(STATUSES) + pl.col("status"),
    )


def lives(rows: pl.DataFrame, lines: Lines, as_of: datetime) -> pl.DataFrame:
    """The rows in groups of whole tickets, whose goal is to be done; comments left out.

    `is_met`: the goal is reached at the row's end. `tells`: the row may be the last one that matters to a clock.
    """
    rows = rows.filter(~pl.col("is_staff") & ~pl.col("is_customer"))
    ends_done = pl.col("is_done").shift(-1) & ~pl.col("is_first").shift(-1)
    rows = rows.with_columns(
        group=pl.col("is_first").cum_sum().cast(pl.Int64),
        is_met=(~pl.col("is_done") & ends_done).fill_null(value=False),
        is_reopened=~pl.col("is_first") & ~pl.col("is_done") & pl.col("is_done").shift(1),
        tells=~pl.col("is_done"),
        is_answered=pl.lit(value=False),
    )
    return _with_ends(rows, lines, as_of)


def conversations(rows: pl.DataFrame, lines: Lines, as_of: datetime) -> pl.DataFrame:
    """The rows in groups of turns, each of which ends with public words of staff; those begin the next turn.

    `is_answered`: staff has spoken on this ticket by then. The other columns as in `lives`.
    """
    group = (pl.col("is_staff") | pl.col("is_first")).cum_sum().cast(pl.Int64)
    rows = rows.with_columns(
        group=group,
        is_met=pl.col("is_staff").shift(-1, fill_value=False),
        is_reopened=pl.lit(value=False),
        tells=pl.lit(value=True),
        is_answered=group > pl.when("is_first").then(group).forward_fill(),
    )
    return _with_ends(rows, lines, as_of)


def _with_ends(rows: pl.DataFrame, lines: Lines, as_of: datetime) -> pl.DataFrame:
    """The rows with the end of each (`next_at`; the last one's is `as_of`) and both ends' positions on the row's line."""
    is_last = pl.col("is_first").shift(-1, fill_value=True)
    rows = rows.with_columns(next_at=pl.when(is_last).then(pl.lit(as_of)).otherwise(pl.col("at").shift(-1)))
    rows = rows.with_columns(next_second=epoch_seconds(pl.col("next_at")))
    return rows.with_columns(
        position=lines.position(rows["line"], rows["second"]),
        next_position=lines.position(rows["line"], rows["next_second"]),
    )
