"""Proof that everything arrived: the file's numbers beside the database's, and every difference by name."""

import csv
import io
import textwrap
from collections.abc import Iterable
from typing import Any

import msgspec
import polars as pl
import psycopg

from api.importers.history import INSTANT
from api.importers.servicenow.history import external_id
from api.importers.servicenow.policies import CLOSING_LIMITS
from api.importers.servicenow.read import PRIORITIES, Parsed, Refusal

PAUSED = "waiting does not count here"
CLOSING = "counted until closing there, until resolution here"
TARGET = "a shorter target here"
UNEXPLAINED = "unexplained"

_STORED = pl.Schema(
    {
        "external_id": pl.String(),
        "priority": pl.String(),
        "reopen_count": pl.Int64(),
        "created_at": INSTANT,
        "resolved_at": INSTANT,
        "closed_at": INSTANT,
        "target_seconds": pl.Int64(),
        "elapsed_seconds": pl.Int64(),
        "breached_at": INSTANT,
    }
)
_TICKETS = """
select t.external_id, t.priority, t.reopen_count, t.created_at, t.resolved_at, t.closed_at,
       c.target_seconds, c.elapsed_seconds, c.breached_at
from tickets t left join sla_clocks c on c.ticket_id = t.id and c.target = 'resolution' and c.cycle = 1
where t.external_id = any(%s)
"""
_EVENTS = """
select e.action, count(*) from tickets t join audit_logs e on e.ticket_id = t.id
where t.external_id = any(%s) group by e.action order by e.action
"""


class Figure(msgspec.Struct, frozen=True):
    """One line of the proof. `is_equal` is what must hold; None where the two need not agree."""

    name: str
    file: float
    here: float
    is_equal: bool | None = True


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """`figures` must agree. `months`: per month of opening, what both sides say of the SLA. `differences`: one row per
    incident on which they do not agree, with the reason."""

    figures: list[Figure]
    months: pl.DataFrame
    differences: pl.DataFrame
    events: dict[str, int]

    @property
    def holds(self) -> bool:
        return all(figure.file == figure.here for figure in self.figures if figure.is_equal)


def prove(conn: psycopg.Connection[Any], parsed: Parsed) -> Proof:
    """Compare the file, read by itself, with what the database holds of its incidents."""
    said = _said(parsed.rows)
    ids = said["external_id"].to_list()
    stored = pl.DataFrame(conn.execute(_TICKETS, (ids,)).fetchall(), schema=_STORED, orient="row")
    events = {str(row[0]): int(row[1]) for row in conn.execute(_EVENTS, (ids,)).fetchall()}
    both = said.join(stored, on="external_id").with_columns(is_met=pl.col("breached_at").is_null(), reason=_reason())
    refused = {refusal.number for refusal in parsed.refusals} - set(parsed.rows["number"]) - {"", "?"}
    figures = [
        Figure("incidents", parsed.incidents, len(stored) + len(refused)),
        Figure("incidents taken", len(said), len(stored)),
        Figure("ticket.created", len(said), events.get("ticket.created", 0)),
        Figure(
            "closed in the end", int((said["state"] == "closed").sum()), int(stored["closed_at"].is_not_null().sum())
        ),
        Figure("seconds from opening to closing", _sum(said, "closed_at"), _sum(stored, "closed_at")),
        *(
            Figure(f"{name} in the end", _count(said["priority"], name), _count(stored["priority"], name))
            for name in PRIORITIES.values()
        ),
        Figure("changes of priority", int(said["repriorities"].sum()), events.get("ticket.priority_changed", 0)),
        Figure("reopened", int(said["reopens"].sum()), int(stored["reopen_count"].sum())),
        Figure("resolved when the log says so", len(said.drop_nulls("said_resolved_at")), _same_resolution(both), None),
    ]
    months = (
        both.group_by(month=pl.col("created_at").dt.strftime("%Y-%m"))
        .agg(
            incidents=pl.len(),
            met_there=pl.col("made_sla").sum(),
            met_here=pl.col("is_met").sum(),
            differ=pl.col("reason").is_not_null().sum(),
        )
        .sort("month")
    )
    differences = both.drop_nulls("reason").select(
        "number", "priority", "created_at", "resolved_at", "closed_at", "made_sla", "is_met", "target_seconds",
        "elapsed_seconds", "reason",
    ).sort("number")  # fmt: skip
    return Proof(figures=figures, months=months, differences=differences, events=events)


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    """What the file says of each incident in the end, read without the importer's folding."""
    rows = rows.sort("number", "sys_updated_at", "mod", "line")
    is_done = pl.col("state").is_in(["resolved", "closed"])
    was = pl.col("state").shift(1).over("number")
    reopens = was.is_in(["resolved", "closed"]) & (~is_done | ((was == "closed") & (pl.col("state") == "resolved")))
    return (
        rows.with_columns(
            reopens=reopens, repriorities=pl.col("priority") != pl.col("priority").shift(1).over("number")
        )
        .group_by("number", maintain_order=True)
        .agg(
            pl.col("opened_at").first().alias("created_at"),
            pl.col("state", "priority", "made_sla").last(),
            pl.col("reopens", "repriorities").sum(),
            closed_at=pl.max_horizontal(
                pl.col("sys_updated_at")
                .filter((pl.col("state") == "closed") & (was != "closed").fill_null(value=True))
                .last(),
                pl.col("opened_at").first(),
            ),
            said_resolved_at=pl.col("resolved_at").last(),
        )
        .with_columns(
            external_id=pl.lit(external_id("")) + pl.col("number"),
            made_sla=pl.col("made_sla") == "true",
        )
    )


def _reason() -> pl.Expr:
    """Why both sides judge an incident differently; null where they agree."""
    is_met = pl.col("breached_at").is_null()
    wall = (pl.coalesce("resolved_at", "closed_at") - pl.col("created_at")).dt.total_seconds()
    until_closing = (pl.col("closed_at") - pl.col("created_at")).dt.total_seconds()
    limit = pl.col("priority").replace_strict(CLOSING_LIMITS, return_dtype=pl.Int64)
    return (
        pl.when(is_met == pl.col("made_sla"))
        .then(None)
        .when(is_met & (wall > pl.col("target_seconds")))
        .then(pl.lit(PAUSED))
        .when(is_met & (until_closing > limit))
        .then(pl.lit(CLOSING))
        .when(~is_met & (until_closing <= limit) & (pl.col("elapsed_seconds") > pl.col("target_seconds")))
        .then(pl.lit(TARGET))
        .otherwise(pl.lit(UNEXPLAINED))
    )


def print_proof(proof: Proof) -> None:
    """The proof on standard output."""
    print(f"{'':34}{'file':>16}{'here':>16}")
    for figure in proof.figures:
        mark = "" if figure.file == figure.here else "  may differ" if figure.is_equal is None else "  DIFFERS"
        print(f"{figure.name:34}{figure.file:>16,.0f}{figure.here:>16,.0f}{mark}")
    print(f"\n{'month opened':34}{'incidents':>12}{'met there':>12}{'met here':>12}{'differ':>12}")
    for row in proof.months.iter_rows():
        print(f"{row[0]:34}{row[1]:>12,}{row[2]:>12,}{row[3]:>12,}{row[4]:>12,}")
    for reason, count in proof.differences.group_by("reason").len().sort("len", descending=True).iter_rows():
        print(f"  {count:>6,} of the differences: {reason}")
    if unexplained := proof.differences.filter(pl.col("reason") == UNEXPLAINED)["number"].to_list():
        print(textwrap.fill("unexplained: " + ", ".join(unexplained), 120, subsequent_indent="  "))
    print("\nevents: " + ", ".join(f"{action} {count:,}" for action, count in proof.events.items()))


def rejected_csv(refusals: Iterable[Refusal]) -> str:
    """Line, incident and reason of everything that was not taken."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("line", "incident", "reason"))
    writer.writerows((refusal.line, refusal.number, refusal.reason) for refusal in refusals)
    return text.getvalue()


def differences_csv(proof: Proof) -> str:
    """Every incident that the two judge differently, with both verdicts and the reason."""
    return proof.differences.write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ")


def _sum(frame: pl.DataFrame, until: str) -> int:
    return int((frame[until] - frame["created_at"]).dt.total_seconds().sum())


def _count(values: pl.Series, value: str) -> int:
    return int((values == value).sum())


def _same_resolution(both: pl.DataFrame) -> int:
    return int((both["said_resolved_at"] == both["resolved_at"]).sum())
