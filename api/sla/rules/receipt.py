"""Why a deadline is where it is: the stretches of a clock's life, and what each of them counted.

A receipt explains the way from a clock's start to its deadline: of a breached clock to the breach, of a met one to the
goal, of a running one to the deadline that it has if nothing happens any more, of a paused one to the present.
The counted seconds of all stretches together are the seconds used by then.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from api.sla.rules.business_time import business_seconds
from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clock import AT_RISK_SHARE, Clock
from api.sla.rules.clocks import TicketClocks, advance, calendar_of, settle_all, start
from api.sla.rules.facts import PolicyApplied, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.opening import epoch, from_epoch, parts
from api.sla.rules.policy import PolicyVersion

MAX_SPANS = 100

Kind = Literal["counted", "closed", "holiday", "paused", "done"]
Cause = Literal["opened", "status", "comment", "policy"]


class Promise(Struct, frozen=True, kw_only=True):
    """What a clock was held to from `at` on, and how much of it was used then. The event put it there."""

    at: datetime
    event_id: int | None
    policy: PolicyVersion
    calendar: CalendarVersion | None
    target_seconds: int
    elapsed_seconds: int


class Span(Struct, frozen=True, kw_only=True):
    """[start, end) of one kind. `counted`: business time, which `seconds` were used of. `closed`: outside the hours.
    `holiday`: closed, by `name`. `paused`: the clock stood still, `done`: the ticket was resolved or closed; both in
    `status`. `event_id` and `cause` name what began the stretch that the span lies in."""

    kind: Kind
    start: datetime
    end: datetime
    seconds: int
    name: str | None = None
    status: str | None = None
    event_id: int | None = None
    cause: Cause = "opened"


class ClockReceipt(Struct, frozen=True, kw_only=True):
    """A clock with its promises in order and its first MAX_SPANS spans; `more_spans` follow, with `more_seconds` counted."""

    clock: Clock
    promises: tuple[Promise, ...]
    spans: tuple[Span, ...]
    more_spans: int = 0
    more_seconds: int = 0


class _Stretch(Struct, frozen=True, kw_only=True):
    """A part of a clock's life in which nothing happened to it."""

    kind: Kind
    start: datetime
    calendar: CalendarVersion | None
    status: str
    event_id: int | None
    cause: Cause
    end: datetime | None = None


class _Life(Struct):
    stretches: list[_Stretch]
    promises: list[Promise]


def receipts(
    ticket_id: int, facts: Iterable[TicketFact], as_of: datetime, at_risk_share: float = AT_RISK_SHARE
) -> tuple[TicketClocks, list[ClockReceipt]]:
    """The ticket as it stands at `as_of`, and a receipt per clock. The first fact is TicketOpened; later ones than
    `as_of` are left out. Raises `ValueError` when there are none."""
    ticket: TicketClocks | None = None
    lives: dict[tuple[str, int], _Life] = {}
    for fact in facts:
        if fact.at > as_of:
            continue
        ticket = _after(ticket, ticket_id, fact, at_risk_share)
        for clock in ticket.clocks:
            _live(lives.setdefault((clock.target, clock.cycle), _Life([], [])), ticket, clock, fact)
    if ticket is None:
        raise ValueError(f"Ticket {ticket_id} has no facts.")
    ticket = settle_all(ticket, as_of)
    return ticket, [_receipt(clock, lives[clock.target, clock.cycle], as_of) for clock in ticket.clocks]


def explained_until(clock: Clock, as_of: datetime) -> datetime:
    """The end of the way that a receipt explains."""
    return clock.breached_at or clock.met_at or clock.due_at or as_of


def _after(ticket: TicketClocks | None, ticket_id: int, fact: TicketFact, at_risk_share: float) -> TicketClocks:
    if isinstance(fact, TicketOpened):
        return start(ticket_id, fact, at_risk_share)
    if ticket is None:
        raise ValueError(f"The facts of ticket {ticket_id} begin with {type(fact).__name__}, not with TicketOpened.")
    return advance(ticket, fact)


def _live(life: _Life, ticket: TicketClocks, clock: Clock, fact: TicketFact) -> None:
    """Note what the fact did to the clock, if it did anything."""
    calendar = calendar_of(ticket, clock)
    kind: Kind = "done" if clock.met_at else "paused" if clock.paused_at else "counted"
    policy = ticket.policies[clock.policy_version_id]
    last = life.promises[-1] if life.promises else None
    is_other = last is None or (last.policy, last.calendar, last.target_seconds) != (
        policy, calendar, clock.target_seconds,
    )  # fmt: skip
    if is_other:
        life.promises.append(
            Promise(
                at=fact.at,
                event_id=fact.event_id,
                policy=policy,
                calendar=calendar,
                target_seconds=clock.target_seconds,
                elapsed_seconds=clock.elapsed_seconds,
            )
        )
    open_stretch = life.stretches[-1] if life.stretches else None
    if open_stretch and not is_other and open_stretch.kind == kind:
        return
    if open_stretch:
        life.stretches[-1] = replace(open_stretch, end=fact.at)
    life.stretches.append(
        _Stretch(
            kind=kind,
            start=fact.at,
            calendar=calendar,
            status=ticket.status,
            event_id=fact.event_id,
            cause=_cause(fact),
        )
    )


def _cause(fact: TicketFact) -> Cause:
    match fact:
        case TicketOpened():
            return "opened"
        case StatusChanged():
            return "status"
        case PolicyApplied():
            return "policy"
        case _:
            return "comment"


def _receipt(clock: Clock, life: _Life, as_of: datetime) -> ClockReceipt:
    until = explained_until(clock, as_of)
    shown: list[Span] = []
    more_spans = more_seconds = 0
    for span in _merged(span for stretch in life.stretches for span in _spans(stretch, until)):
        if len(shown) < MAX_SPANS:
            shown.append(span)
        else:
            more_spans += 1
            more_seconds += span.seconds
    return ClockReceipt(
        clock=clock,
        promises=tuple(promise for promise in life.promises if promise.at <= until),
        spans=tuple(shown),
        more_spans=more_spans,
        more_seconds=more_seconds,
    )


def _spans(stretch: _Stretch, until: datetime) -> Iterator[Span]:
    """What the stretch consists of, up to `until`. Its first span begins and its last ends where it does itself."""
    end = min(stretch.end or until, until)
    if stretch.start >= end:
        return
    whole = Span(
        kind=stretch.kind,
        start=stretch.start,
        end=end,
        seconds=0,
        status=stretch.status,
        event_id=stretch.event_id,
        cause=stretch.cause,
    )
    if stretch.kind != "counted":
        yield whole
    elif stretch.calendar is None or epoch(stretch.start) == epoch(end):
        yield replace(whole, seconds=business_seconds(stretch.calendar, stretch.start, end))
    else:
        for part in parts(stretch.calendar, epoch(stretch.start), epoch(end)):
            yield replace(
                whole,
                kind="counted" if part.is_open else "holiday" if part.name else "closed",
                start=max(from_epoch(part.start), stretch.start),
                end=end if part.end == epoch(end) else from_epoch(part.end),
                seconds=part.end - part.start if part.is_open else 0,
                name=part.name or None,
            )


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours of one kind that began for the same reason are one."""
    last: Span | None = None
    for span in spans:
        if last and (last.kind, last.name, last.event_id, last.status) == (
            span.kind, span.name, span.event_id, span.status,
        ):  # fmt: skip
            last = replace(last, end=span.end, seconds=last.seconds + span.seconds)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
