"""The clocks of every ticket from its events, by the rules the product runs, as columns: `raw.sla_spans`.

As of the newest event's instant: a clock whose `due_at` has passed by then is breached, whether the sweep has noticed it or not. So
the table is a function of the events alone, however they were split into batches.
"""

from datetime import datetime

import msgspec
from psycopg import sql

from api.sla.rules.calendar import CalendarVersion, Holiday, WeeklyHours
from api.sla.rules.policy import PolicyTerms
from api.sla.rules.vectorised import clocks_frame
from pipelines.warehouse import Connection, frame, move_watermark, statement, value, watermark, write

READER = "sla_spans"
PART = 50_000
"""Tickets whose facts are in memory at once."""

_SPANS = sql.Identifier("raw", "sla_spans")


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the facts are judged by: every version of every policy and calendar, and when a clock is at risk."""

    policies: dict[int, PolicyTerms]
    calendars: dict[int, CalendarVersion]
    at_risk_share: float


class Computed(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did. `batch` is the newest whose events it has seen, `as_of` just after the newest event."""

    tickets: int
    clocks: int
    batch: int
    as_of: datetime | None


def terms(conn: Connection) -> Terms:
    """The versions and settings in `raw`."""
    policies = conn.execute("select id, name, targets, pauses_on from raw.sla_policies").fetchall()
    calendars = conn.execute(
        "select id, calendar_id, name, version, valid_from, time_zone, weekly_hours, holidays from raw.calendars"
    ).fetchall()
    share = value(conn, "select at_risk_share from raw.installation")
    if share is None:
        raise LookupError("raw.installation is empty: dimensions come before spans.")
    return Terms(
        policies={
            int(row[0]): PolicyTerms(
                name=row[1],
                targets=msgspec.convert(row[2], dict[str, int]),
                pauses_on=msgspec.convert(row[3], dict[str, tuple[str, ...]]),
            )
            for row in policies
        },
        calendars={
            int(row[0]): CalendarVersion(
                id=row[0],
                calendar_id=row[1],
                name=row[2],
                version=row[3],
                valid_from=row[4],
                time_zone=row[5],
                weekly_hours=msgspec.convert(row[6], WeeklyHours),
                holidays=msgspec.convert(row[7], tuple[Holiday, ...]),
            )
            for row in calendars
        },
        at_risk_share=share,
    )


def newest_instant(conn: Connection) -> datetime | None:
    """Just after the newest event: what was due at its instant is breached by then."""
    return value(conn, "select max(occurred_at) + interval '1 microsecond' from raw.events")


def compute_spans(conn: Connection, *, is_full: bool = False, part_size: int = PART) -> Computed:
    """Recompute the clocks of touched tickets (all of them when `is_full`), in one transaction."""
    with conn.transaction():
        _, after = watermark(conn, READER)
        batch = value(conn, "select coalesce(max(id), 0) from raw.batches")
        as_of = newest_instant(conn)
        if as_of is None or (batch == after and not is_full):
            return Computed(tickets=0, clocks=0, batch=after, as_of=as_of)
        if is_full:
            conn.execute("truncate raw.sla_spans")
        params = {"after": 0 if is_full else after, "as_of": as_of, "size": part_size}
        conn.execute(statement("sla/touched").encode(), params)
        conn.execute("create index on touched (part, ticket_id)")
        conn.execute("analyze touched")
        found = conn.execute("select count(*), max(part) from touched").fetchone()
        tickets, last_part = found or (0, None)
        known, clocks = terms(conn), 0
        for part in range(0 if last_part is None else int(last_part) + 1):
            clocks += _compute_part(conn, part, known, as_of, batch)
        move_watermark(conn, READER, 0, batch)
    conn.execute("analyze raw.sla_spans")
    return Computed(tickets=int(tickets), clocks=clocks, batch=batch, as_of=as_of)


def _compute_part(conn: Connection, part: int, known: Terms, as_of: datetime, batch: int) -> int:
    facts = frame(conn, statement("sla/facts"), {"part": part})
    clocks = clocks_frame(facts, known.policies, known.calendars, as_of, known.at_risk_share)
    conn.execute("delete from raw.sla_spans s using touched t where t.part = %s and s.ticket_id = t.ticket_id", [part])
    write(conn, _SPANS, clocks.with_columns(_batch=batch))
    return len(clocks)
