"""The clocks of a million tickets at once: the same rules as `clocks`, as columns. A property test holds both together.

For each target the rows of a ticket (`stretches`) fall into groups, one per clock: a ticket's whole life for resolution
and escalation, a turn of the conversation for the responses. A clock counts in the rows in which it runs; the running sum
of their business seconds is its elapsed time, and the first row in which that passes the target holds the breach.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import polars as pl

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clock import AT_RISK_SHARE
from api.sla.rules.policy import RESPONSE_TARGETS, PolicyTerms
from api.sla.rules.positions import Lines
from api.sla.rules.spans import CLOCK_SCHEMA, clocks_of, count, first_breaches, frozen, last_rows, opened_rows
from api.sla.rules.stretches import FACT_SCHEMA, Promises, conversations, lives, rows_of

CHUNK_ROWS = 1_000_000


def clocks_frame(
    facts: pl.DataFrame,
    policies: Mapping[int, PolicyTerms],
    calendars: Mapping[int, CalendarVersion],
    as_of: datetime,
    at_risk_share: float = AT_RISK_SHARE,
) -> pl.DataFrame:
    """One row per ticket × target × cycle (CLOCK_SCHEMA), as it stands at `as_of`, from facts as in FACT_SCHEMA.

    `policies` and `calendars` by version id, at least those that the facts name. Facts after `as_of` are left out.
    Instants lie in 1970 or later; within a ticket they never run backwards. Rows come in the order of ticket, target,
    cycle. Raises `KeyError` for a version not given.
    """
    facts = facts.select(pl.col(name).cast(kind) for name, kind in FACT_SCHEMA.items()).filter(pl.col("at") <= as_of)
    first = facts["at"].min()
    lines = Lines(calendars, first if isinstance(first, datetime) else as_of, as_of)
    promises = Promises(policies)
    made = [
        chunk_clocks(chunk, promises, lines, as_of, at_risk_share) for chunk in _chunks(facts.sort("ticket_id", "seq"))
    ]
    return pl.concat(made) if made else CLOCK_SCHEMA.to_frame()


def _chunks(facts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Slices of whole tickets, some CHUNK_ROWS long, so that memory stays bounded."""
    tickets, begin = facts["ticket_id"], 0
    while begin < len(facts):
        end = begin + CHUNK_ROWS
        if end < len(facts):
            end = tickets.search_sorted(tickets[end], "left")
            if end <= begin:
                end = tickets.search_sorted(tickets[begin], "right")
        yield facts.slice(begin, end - begin)
        begin = end


def chunk_clocks(
    facts: pl.DataFrame, promises: Promises, lines: Lines, as_of: datetime, at_risk_share: float
) -> pl.DataFrame:
    """The clocks of some whole tickets, whose facts are sorted."""
    rows = rows_of(facts, promises, lines)
    life, turns = lives(rows, lines, as_of), conversations(rows, lines, as_of)
    made: list[pl.DataFrame] = []
    for target in promises.targets:
        opened = opened_rows(turns if target in RESPONSE_TARGETS else life, target, promises)
        if opened.is_empty():
            continue
        counted = count(opened, target, promises)
        breaches = first_breaches(counted, lines)
        counted = frozen(counted, breaches, target, promises, lines)
        last = last_rows(counted).join(breaches, on="group", how="left", maintain_order="left")
        made.append(clocks_of(last, target, promises, lines, at_risk_share))
    clocks = pl.concat(made) if made else CLOCK_SCHEMA.to_frame()
    return clocks.sort("ticket_id", "target", "cycle")
