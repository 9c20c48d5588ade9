"""The clocks of a ticket under any history: what always holds, what the receipt counts, and that looking changes nothing."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from api.sla.rules.clock import Clock, elapsed_at, settle, state_at
from api.sla.rules.clocks import TicketClocks, advance, calendar_of, fold, settle_all
from api.sla.rules.facts import PolicyApplied, TicketFact
from api.sla.rules.policy import DONE, RESPONSE_TARGETS, runs
from api.sla.rules.receipt import MAX_SPANS, explained_until, receipts
from tests.properties.sla_histories import calendars, histories, policies

MOMENTS = (timedelta(), timedelta(seconds=1), timedelta(hours=7), timedelta(days=30))


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[TicketFact], datetime]:
    """The facts of a ticket, and an instant at or after the last one."""
    known = [draw(calendars(number)) for number in (1, 2)]
    facts = draw(histories([draw(policies(number)) for number in (1, 2, 3)], known))
    return facts, facts[-1].at + draw(st.sampled_from(MOMENTS))


def steps(facts: list[TicketFact]) -> list[tuple[TicketFact, TicketClocks, TicketClocks]]:
    """Each fact after the first, and the ticket before and after it."""
    ticket = fold(1, facts[:1])
    found: list[tuple[TicketFact, TicketClocks, TicketClocks]] = []
    for fact in facts[1:]:
        found.append((fact, ticket, advance(ticket, fact)))
        ticket = found[-1][2]
    return found


def by_key(ticket: TicketClocks) -> dict[tuple[str, int], Clock]:
    return {(clock.target, clock.cycle): clock for clock in ticket.clocks}


@settings(max_examples=100, deadline=None)
@given(lives())
def test_what_the_rules_promise_holds_after_every_fact(life: tuple[list[TicketFact], datetime]) -> None:
    for _, _, ticket in steps(life[0]):
        is_done = ticket.status in DONE
        assert ticket.policy is not None
        for clock in ticket.clocks:
            if clock.target not in RESPONSE_TARGETS:
                assert (clock.met_at is not None) == is_done
            standing = [clock.resumed_at, clock.paused_at, clock.met_at]
            assert sum(value is not None for value in standing) == 1
            if clock.met_at is None:
                policy = ticket.policies[clock.policy_version_id]
                assert (clock.resumed_at is not None) == runs(policy, clock.target, ticket.status)
            if not clock.met_at and not clock.breached_at:
                assert clock.policy_version_id == ticket.policy.id
                assert (clock.due_at is None) == (clock.paused_at is not None)
            if clock.breached_at:
                assert clock.breached_at == clock.due_at
            assert clock.elapsed_seconds >= 0
        if not is_done:
            targets = {clock.target for clock in ticket.clocks}
            optional = {"next_response"} | ({"first_response"} if ticket.is_answered else set())
            assert set(ticket.policy.targets) - optional <= targets
        unmet = [clock.target for clock in ticket.clocks if not clock.met_at]
        assert len(unmet) == len(set(unmet))


@settings(max_examples=100, deadline=None)
@given(lives())
def test_a_breach_and_its_instant_stay_whatever_comes_after(life: tuple[list[TicketFact], datetime]) -> None:
    for fact, before, after in steps(life[0]):
        settled, now = by_key(settle_all(before, fact.at)), by_key(after)
        assert settled.keys() <= now.keys()
        for key, clock in settled.items():
            if clock.breached_at:
                assert now[key].breached_at == clock.breached_at
                assert now[key].policy_version_id == clock.policy_version_id
            assert now[key].started_at == clock.started_at


@settings(max_examples=100, deadline=None)
@given(lives())
def test_rebasing_keeps_the_time_used(life: tuple[list[TicketFact], datetime]) -> None:
    for fact, before, after in steps(life[0]):
        if not isinstance(fact, PolicyApplied):
            continue
        now = by_key(after)
        for key, clock in by_key(before).items():
            used = elapsed_at(clock, calendar_of(before, clock), fact.at)
            assert elapsed_at(now[key], calendar_of(after, now[key]), fact.at) == used


@settings(max_examples=80, deadline=None)
@given(lives())
def test_time_used_never_shrinks_and_is_the_target_at_the_deadline(life: tuple[list[TicketFact], datetime]) -> None:
    facts, as_of = life
    for fact, before, after in steps(facts):
        now = by_key(after)
        for key, clock in by_key(before).items():
            assert elapsed_at(now[key], calendar_of(after, now[key]), fact.at) >= clock.elapsed_seconds
    ticket = fold(1, facts)
    for clock in ticket.clocks:
        if clock.resumed_at and clock.due_at and not clock.breached_at and clock.elapsed_seconds < clock.target_seconds:
            assert elapsed_at(clock, calendar_of(ticket, clock), clock.due_at) == clock.target_seconds
    assert settle_all(settle_all(ticket, as_of), as_of) == settle_all(ticket, as_of)


@settings(max_examples=80, deadline=None)
@given(lives(), st.data())
def test_looking_in_between_changes_nothing(life: tuple[list[TicketFact], datetime], data: st.DataObject) -> None:
    facts, as_of = life
    watched = fold(1, facts[:1])
    for fact in facts[1:]:
        if data.draw(st.booleans()):
            watched = settle_all(watched, fact.at)
        watched = advance(watched, fact)
    assert settle_all(watched, as_of) == settle_all(fold(1, facts), as_of)


@settings(max_examples=100, deadline=None)
@given(lives())
def test_the_receipt_counts_the_time_used_without_a_gap(life: tuple[list[TicketFact], datetime]) -> None:
    facts, as_of = life
    ticket, explained = receipts(1, facts, as_of)
    assert ticket == settle_all(fold(1, facts), as_of)
    for receipt in explained:
        clock = settle(receipt.clock, as_of)
        until = explained_until(clock, as_of)
        counted = sum(span.seconds for span in receipt.spans) + receipt.more_seconds
        if clock.breached_at:
            assert counted >= clock.target_seconds or clock.breached_at <= clock.started_at
        elif clock.met_at:
            assert counted == clock.elapsed_seconds
        else:
            assert counted == elapsed_at(clock, calendar_of(ticket, clock), until)
        spans = receipt.spans
        if spans:
            assert spans[0].start == clock.started_at
            assert all(one.end == other.start for one, other in pairwise(spans))
            assert receipt.more_spans or spans[-1].end == until
        assert len(spans) <= MAX_SPANS
        assert receipt.promises[0].at == clock.started_at or not spans
        known = {fact.event_id for fact in facts}
        assert {span.event_id for span in spans} <= known


@settings(max_examples=80, deadline=None)
@given(lives())
def test_a_state_is_one_of_five_and_late_is_late(life: tuple[list[TicketFact], datetime]) -> None:
    facts, as_of = life
    for clock in fold(1, facts).clocks:
        state = state_at(clock, as_of)
        is_over = clock.breached_at or (clock.due_at and not clock.met_at and clock.due_at < as_of)
        assert (state == "breached") == bool(is_over)
