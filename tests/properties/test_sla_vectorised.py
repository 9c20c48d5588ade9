"""The clocks of many tickets as columns are the clocks of each ticket folded by itself."""

from datetime import datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

import api.sla.rules.vectorised as vectorised
from api.sla.rules.business_time import add_business_seconds, business_seconds
from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clocks import fold, settle_all
from api.sla.rules.facts import PolicyApplied, PublicComment, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.policy import PolicyVersion
from api.sla.rules.positions import business_seconds_frame, due_at_frame
from api.sla.rules.spans import CLOCK_SCHEMA
from api.sla.rules.stretches import FACT_SCHEMA
from tests.properties.sla_histories import BEGIN, calendars, histories, instants, policies


def facts_frame(tickets: dict[int, list[TicketFact]]) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for ticket_id, facts in tickets.items():
        for seq, fact in enumerate(facts):
            row: dict[str, object] = {"ticket_id": ticket_id, "seq": seq, "at": fact.at}
            match fact:
                case TicketOpened(status=status):
                    row |= {"kind": "opened", "status": status}
                case StatusChanged(new=status):
                    row |= {"kind": "status", "status": status}
                case PublicComment(by_staff=by_staff):
                    row |= {"kind": "comment", "by_staff": by_staff}
                case PolicyApplied(policy=policy, calendar=calendar):
                    row |= {"kind": "policy", "policy_version_id": policy.id}
                    row |= {"calendar_version_id": calendar.id if calendar else None}
            rows.append(row)
    return pl.DataFrame(rows, schema=FACT_SCHEMA)


def folded(tickets: dict[int, list[TicketFact]], as_of: datetime, at_risk_share: float) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for ticket_id, facts in tickets.items():
        known = [fact for fact in facts if fact.at <= as_of]
        if known:
            ticket = settle_all(fold(ticket_id, known, at_risk_share), as_of)
            rows.extend({name: getattr(clock, name) for name in CLOCK_SCHEMA} for clock in ticket.clocks)
    return pl.DataFrame(rows, schema=CLOCK_SCHEMA).sort("ticket_id", "target", "cycle")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[PolicyVersion], list[CalendarVersion], dict[int, list[TicketFact]], datetime]:
    known = [draw(calendars(number)) for number in range(1, draw(st.integers(1, 3)) + 1)]
    promised = [draw(policies(number)) for number in (1, 2, 3)]
    tickets = {number * 7: draw(histories(promised, known)) for number in range(1, draw(st.integers(1, 5)) + 1)}
    instants = sorted(fact.at for facts in tickets.values() for fact in facts)
    as_of = draw(st.sampled_from(instants)) + draw(
        st.sampled_from((timedelta(), timedelta(hours=7), timedelta(days=30)))
    )
    return promised, known, tickets, as_of


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from((0.2, 0.0, 0.5, 1.0, 0.29)), st.sampled_from((3, 10, 1_000)))
def test_the_vectorised_clocks_are_the_folded_clocks(world, at_risk_share: float, chunk: int) -> None:  # type: ignore[no-untyped-def]
    promised, known, tickets, as_of = world
    by_id = {policy.id: policy for policy in promised}
    before, vectorised.CHUNK_ROWS = vectorised.CHUNK_ROWS, chunk
    try:
        frame = vectorised.clocks_frame(
            facts_frame(tickets), by_id, {calendar.id: calendar for calendar in known}, as_of, at_risk_share
        )
    finally:
        vectorised.CHUNK_ROWS = before
    expected = folded(tickets, as_of, at_risk_share)
    assert frame.to_dicts() == expected.to_dicts()
    assert frame.schema == CLOCK_SCHEMA


def test_what_is_promised_while_a_ticket_is_done_and_taken_back_before_it_is_reopened_promises_nothing() -> None:
    promised = [
        PolicyVersion(id=n, policy_id=n, version=1, valid_from=BEGIN, name=f"Policy {n}", targets=targets)
        for n, targets in enumerate(({"resolution": 900}, {"resolution": 300}, {"first_response": 60}), 1)
    ]
    at = [BEGIN + timedelta(minutes=n) for n in range(7)]
    facts: list[TicketFact] = [
        TicketOpened(at=at[0], event_id=1, status="open"),
        PolicyApplied(at=at[0], event_id=2, policy=promised[0], calendar=None),
        StatusChanged(at=at[1], event_id=3, old="open", new="resolved"),
        PolicyApplied(at=at[2], event_id=4, policy=promised[1], calendar=None),
        PolicyApplied(at=at[3], event_id=5, policy=promised[2], calendar=None),
        StatusChanged(at=at[4], event_id=6, old="resolved", new="open"),
    ]
    frame = vectorised.clocks_frame(facts_frame({7: facts}), {policy.id: policy for policy in promised}, {}, at[6], 0.2)
    assert frame.to_dicts() == folded({7: facts}, at[6], 0.2).to_dicts()
    assert frame.filter(target="resolution")["target_seconds"].to_list() == [900]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_columns_count_and_walk_business_time_as_single_values_do(data: st.DataObject) -> None:
    calendar = data.draw(st.one_of(st.none(), calendars()))
    some = instants(calendar) if calendar else instants(data.draw(calendars()))
    pairs = data.draw(st.lists(st.tuples(some, some, st.integers(-5, 10**6)), min_size=1, max_size=8))
    frame = pl.DataFrame(
        pairs,
        schema={"start": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC"), "budget": pl.Int64},
        orient="row",
    )
    counted = business_seconds_frame(frame, calendar, "start", "end")["business_seconds"].to_list()
    assert counted == [business_seconds(calendar, start, end) for start, end, _ in pairs]
    due = due_at_frame(frame, calendar, "start", "budget")["due_at"].to_list()
    assert due == [add_business_seconds(calendar, start, max(budget, 0)) for start, _, budget in pairs]
