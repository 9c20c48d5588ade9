"""What happened to tickets, folded: state before and after each change, as the commands of `tickets` would have left it.

Ids stand for references here, 0 for none. The rules are those of `tickets.commands`: an assignment moves an open ticket to
`assigned`, and back when nobody holds it; done tickets keep when they were resolved and closed, and forget it when reopened; escalating adds a level.
"""

import polars as pl

from api.tickets.rules.moves import DONE

STATE = (
    "status",
    "priority",
    "agent_id",
    "team_id",
    "category_id",
    "escalation_level",
    "reopen_count",
    "resolved_at",
    "closed_at",
)


def old(field: str) -> str:
    """Name of the column that holds a field's value before the change."""
    return f"old_{field}"


def fold(happenings: pl.DataFrame) -> pl.DataFrame:
    """Happenings with ids, as rows in the order of ticket, instant, seq, with STATE after and `old_*` before each.

    What changed nothing is left out, `created` and `comment` apart. `is_first` marks the `created` rows.
    """
    rows = happenings.sort("ticket_id", "at", "seq", maintain_order=True).with_columns(
        is_first=pl.col("kind") == "created"
    )
    # a ticket's first row has all fields, so nothing of the ticket before it flows in
    is_untouched = pl.col("status").forward_fill().is_in(["open", "assigned"])
    held = pl.when(pl.col("agent_id") > 0).then(pl.lit("assigned")).otherwise(pl.lit("open"))
    status = pl.when(pl.col("kind") != "assigned").then("status").when(is_untouched).then(held)
    rows = rows.with_columns(status=status).with_columns(
        pl.col("status", "priority", "agent_id", "team_id", "category_id").forward_fill()
    )
    is_done = pl.col("status").is_in(DONE)
    was_done = is_done.shift(1) & ~pl.col("is_first")
    closes = (pl.col("status") == "closed") & ((pl.col("status").shift(1) != "closed") | pl.col("is_first"))
    rows = rows.with_columns(
        escalation_level=_count(pl.col("kind") == "escalated"),
        reopen_count=_count((~is_done & was_done).fill_null(value=False)),
        resolved_at=pl.when(is_done).then(
            pl.when((is_done & ~was_done).fill_null(value=True)).then("at").forward_fill()
        ),
        closed_at=pl.when(pl.col("status") == "closed").then(
            pl.when(closes.fill_null(value=True)).then("at").forward_fill()
        ),
    )
    rows = rows.with_columns(
        pl.when(~pl.col("is_first")).then(pl.col(field).shift(1)).alias(old(field)) for field in STATE
    )
    changed = pl.any_horizontal(pl.col(field).ne_missing(pl.col(old(field))) for field in STATE)
    return rows.filter(changed | (pl.col("kind") == "comment"))


def held_by(rows: pl.DataFrame) -> pl.DataFrame:
    """Folded rows whose actor -1, the holder, is replaced by whom the ticket was assigned to; 0 (the system) by null."""
    actor = pl.when(pl.col("actor_id") == -1).then("agent_id").otherwise("actor_id")
    return rows.with_columns(actor_id=actor).with_columns(actor_id=pl.when(pl.col("actor_id") > 0).then("actor_id"))


def final(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per ticket: its state in the end, and what it tells about its changes."""
    is_change = ~pl.col("is_first") & (pl.col("kind") != "comment")
    moved = pl.col("status").ne_missing(pl.col(old("status")))
    return rows.group_by("ticket_id", maintain_order=True).agg(
        *(pl.col(field).last() for field in STATE),
        created_at=pl.col("at").first(),
        updated_at=pl.col("at").last(),
        status_changed_at=pl.col("at").filter(moved).last(),
        version=1 + is_change.sum(),
    )


def _count(happens: pl.Expr) -> pl.Expr:
    """How often it happened so far within the ticket."""
    total = happens.cast(pl.Int64).cum_sum()
    return total - pl.when("is_first").then(total).forward_fill()
