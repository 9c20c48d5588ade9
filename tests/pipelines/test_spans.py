"""The clocks in the warehouse are the fold of each ticket's events, however the events came."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import polars as pl
import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clocks import fold, settle_all
from api.sla.rules.facts import PolicyApplied, PublicComment, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.policy import PolicyVersion
from api.sla.rules.spans import CLOCK_SCHEMA
from pipelines.checks import Scope
from pipelines.sla.reconcile import check_clocks
from pipelines.sla.spans import compute_spans
from pipelines.warehouse import Connection, frame, value
from tests.pipelines.logbook import append
from tests.properties.sla_histories import calendars, histories, policies
from tests.worlds import NOON

History = tuple[list[PolicyVersion], list[CalendarVersion], dict[int, list[TicketFact]]]
MICROSECOND = timedelta(microseconds=1)


@st.composite
def pasts(draw: st.DrawFn) -> History:
    known = [draw(calendars(1))]
    promised = [draw(policies(number)) for number in (1, 2)]
    return (
        promised,
        known,
        {number: draw(histories(promised, known)) for number in range(1, draw(st.integers(1, 4)) + 1)},
    )


def event_of(ticket_id: int, fact: TicketFact) -> tuple[datetime, str, int, dict[str, Any]]:
    match fact:
        case TicketOpened(at=at, status=status):
            return at, "ticket.created", ticket_id, {"status": status, "number": "RD"}
        case StatusChanged(at=at, new=status):
            action = "ticket.assigned" if status == "assigned" else "ticket.status_changed"
            return at, action, ticket_id, {"status": status, "details": {"reason": "requested"}}
        case PublicComment(at=at, by_staff=by_staff):
            return at, "comment.added", ticket_id, {"is_internal": False, "is_by_staff": by_staff, "author_id": 1}
        case PolicyApplied(at=at, policy=policy, calendar=calendar):
            version = calendar.id if calendar else None
            return at, "sla.applied", ticket_id, {"policy_version_id": policy.id, "calendar_version_id": version}


def remember(conn: Connection, promised: list[PolicyVersion], known: list[CalendarVersion]) -> None:
    """An empty warehouse that knows these policies and calendars."""
    for table in ("events", "batches", "watermarks", "sla_spans", "sla_policies", "calendars", "installation"):
        conn.execute(f"delete from raw.{table}".encode())
    conn.execute("insert into raw.installation values ('UTC', 0.2, 0, 0, 'en', 'Redress')")
    for policy in promised:
        conn.execute(
            "insert into raw.sla_policies values (%s, %s, %s, 1, %s, '{}', %s, %s, null)",
            [
                policy.id,
                policy.policy_id,
                policy.name,
                policy.valid_from,
                Jsonb(policy.targets),
                Jsonb(policy.pauses_on),
            ],
        )
    for calendar in known:
        hours, closed = msgspec.to_builtins(calendar.weekly_hours), msgspec.to_builtins(calendar.holidays)
        conn.execute(
            "insert into raw.calendars values (%s, %s, %s, 1, %s, %s, %s, %s)",
            [
                calendar.id,
                calendar.calendar_id,
                calendar.name,
                calendar.valid_from,
                calendar.time_zone,
                Jsonb(hours),
                Jsonb(closed),
            ],
        )


def bring(conn: Connection, events: list[tuple[datetime, str, int, dict[str, Any]]]) -> None:
    """One batch of events, in the log's order."""
    batch = value(
        conn,
        "insert into raw.batches (started_at, from_tx, from_id, to_tx, to_id, row_count) "
        "values ('2020-01-01', 0, 0, 0, 0, 0) returning id",
    )
    conn.cursor().executemany(
        "insert into raw.events (tx, id, occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, new_values, "
        "visibility, _batch, _ingested_at) values (1, (select coalesce(max(id), 0) + 1 from raw.events), %s, %s, %s, %s, %s, "
        "'system', %s, 'public', %s, '2020-01-01')",
        [(at, action, action.split(".")[0], ticket, ticket, Jsonb(new), batch) for at, action, ticket, new in events],
    )


def spans(conn: Connection) -> list[dict[str, Any]]:
    query = f"select {', '.join(CLOCK_SCHEMA)} from raw.sla_spans order by ticket_id, target, cycle"
    return frame(conn, query).cast({"cycle": pl.Int32}).to_dicts()


def log_of(tickets: dict[int, list[TicketFact]]) -> list[tuple[datetime, str, int, dict[str, Any]]]:
    """All events by instant; a ticket's own stay in their order."""
    return sorted((event_of(number, fact) for number, facts in tickets.items() for fact in facts), key=lambda e: e[0])


unbounded = settings(
    max_examples=25, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@unbounded
@given(pasts())
def test_the_spans_are_the_folded_clocks_as_of_the_newest_event(warehouse: Connection, past: History) -> None:
    promised, known, tickets = past
    remember(warehouse, promised, known)
    events = log_of(tickets)
    bring(warehouse, events)
    compute_spans(warehouse)
    as_of = events[-1][0] + MICROSECOND
    expected = [
        {name: getattr(clock, name) for name in CLOCK_SCHEMA}
        for number, facts in tickets.items()
        for clock in sorted(settle_all(fold(number, facts, 0.2), as_of).clocks, key=lambda c: (c.target, c.cycle))
    ]
    assert spans(warehouse) == expected


@unbounded
@given(pasts(), st.integers(1, 6), st.integers(1, 3))
def test_any_split_of_the_log_ends_in_the_same_spans(
    warehouse: Connection, past: History, size: int, part: int
) -> None:
    promised, known, tickets = past
    remember(warehouse, promised, known)
    events = log_of(tickets)
    for begin in range(0, len(events), size):
        bring(warehouse, events[begin : begin + size])
        compute_spans(warehouse, part_size=part)
    in_steps = spans(warehouse)
    compute_spans(warehouse, is_full=True)
    assert spans(warehouse) == in_steps


def test_what_nobody_touched_is_not_computed_again(warehouse: Connection) -> None:
    policy = PolicyVersion(id=1, policy_id=1, version=1, valid_from=NOON, name="High", targets={"resolution": 7200})
    remember(warehouse, [policy], [])
    opened: list[TicketFact] = [TicketOpened(at=NOON, status="open"), PolicyApplied(at=NOON, policy=policy)]
    bring(warehouse, log_of({1: opened, 2: opened}))
    assert compute_spans(warehouse).tickets == 2
    assert compute_spans(warehouse).tickets == 0
    bring(warehouse, [event_of(1, StatusChanged(at=NOON + timedelta(hours=1), old="open", new="resolved"))])
    assert compute_spans(warehouse).tickets == 1
    assert warehouse.execute("select ticket_id, _batch from raw.sla_spans order by 1").fetchall() == [(1, 2), (2, 1)]


def test_time_alone_breaches_a_clock_before_the_sweep_has_said_so(warehouse: Connection) -> None:
    policy = PolicyVersion(id=1, policy_id=1, version=1, valid_from=NOON, name="High", targets={"resolution": 7200})
    remember(warehouse, [policy], [])
    opened: list[TicketFact] = [TicketOpened(at=NOON, status="open"), PolicyApplied(at=NOON, policy=policy)]
    bring(warehouse, log_of({1: opened}))
    compute_spans(warehouse)
    assert value(warehouse, "select breached_at from raw.sla_spans") is None
    bring(warehouse, [(NOON + timedelta(hours=3), "user.updated", 9, {})])
    compute_spans(warehouse)
    assert value(warehouse, "select breached_at from raw.sla_spans") == NOON + timedelta(hours=2)


def test_a_clock_that_is_not_the_products_is_found(
    log: Connection, warehouse: Connection, writer: Connection, superuser_url: str
) -> None:
    policy = PolicyVersion(id=1, policy_id=1, version=1, valid_from=NOON, name="High", targets={"resolution": 7200})
    remember(warehouse, [policy], [])
    bring(warehouse, log_of({1: [TicketOpened(at=NOON, status="open"), PolicyApplied(at=NOON, policy=policy)]}))
    compute_spans(warehouse)
    everything = Scope(after=0, batch=1)
    assert "not in the product" in check_clocks(log, warehouse, everything).detail
    with psycopg.connect(superuser_url, autocommit=True, options="-c session_replication_role=replica") as conn:
        conn.execute(
            "insert into sla_clocks (ticket_id, target, policy_version_id, target_seconds, started_at, resumed_at, due_at) "
            "values (1, 'resolution', 1, 7200, %s, %s, %s)",
            [NOON, NOON, NOON + timedelta(hours=2)],
        )
        assert check_clocks(log, warehouse, everything).level == "ok"
        conn.execute("update sla_clocks set due_at = due_at + interval '1 second'")
    result = check_clocks(log, warehouse, everything)
    assert result.stops
    assert result.detail == "Clocks differ from the product: ticket 1 resolution: due_at."
    append(writer, "ticket.status_changed", 1, {"status": "pending"})
    assert check_clocks(log, warehouse, everything).level == "ok"
