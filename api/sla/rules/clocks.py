"""The clocks of one ticket: a fold over its facts, in the log's order.

What holds after every fact:
- `resolution` and every `escalation` step are met exactly while the ticket is resolved or closed; a reopened ticket's run
  on from the time used, under the policy that holds then (`met_at` is null again, a breach stays).
- `first_response` and `next_response` are met by the next public words of staff, `periodic_update` too, and its next
  cycle starts with them. On a ticket that is done they are paused.
- While a ticket is not done, every target of its policy that can have a clock has one: a target that a policy adds starts
  when the policy is applied, the first response only if none was given.
- `next_response` starts with the customer's public words, once the first response was given, unless one is open.
- An open clock stands under the policy applied last. If that lacks its target the clock is paused until a policy has it
  again, or its goal is reached. A breached clock keeps the policy and calendar it was breached under.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clock import (
    AT_RISK_SHARE,
    Clock,
    meet,
    pause,
    rebase,
    resume,
    settle,
)
from api.sla.rules.facts import (
    PolicyApplied,
    PublicComment,
    StatusChanged,
    TicketFact,
    TicketOpened,
)
from api.sla.rules.policy import DONE, RESPONSE_TARGETS, PolicyVersion, runs


class TicketClocks(Struct, frozen=True, kw_only=True):
    """All clocks of a ticket and what the next fact needs to know.

    `policies` and `calendars` hold, by id, at least the versions that `policy`, `calendar` and the clocks name.
    `is_answered`: staff has said something in public.
    """

    ticket_id: int
    status: str
    is_answered: bool = False
    policy: PolicyVersion | None = None
    calendar: CalendarVersion | None = None
    clocks: tuple[Clock, ...] = ()
    policies: dict[int, PolicyVersion] = field(default_factory=dict[int, PolicyVersion])
    calendars: dict[int, CalendarVersion] = field(default_factory=dict[int, CalendarVersion])
    at_risk_share: float = AT_RISK_SHARE


def start(ticket_id: int, opened: TicketOpened, at_risk_share: float = AT_RISK_SHARE) -> TicketClocks:
    """A new ticket. Its clocks start when the first policy is applied."""
    return TicketClocks(ticket_id=ticket_id, status=opened.status, at_risk_share=at_risk_share)


def fold(ticket_id: int, facts: Iterable[TicketFact], at_risk_share: float = AT_RISK_SHARE) -> TicketClocks:
    """The clocks after all `facts`, the first of which is TicketOpened."""
    ticket: TicketClocks | None = None
    for fact in facts:
        if isinstance(fact, TicketOpened):
            ticket = start(ticket_id, fact, at_risk_share)
        elif ticket is None:
            raise ValueError(
                f"The facts of ticket {ticket_id} begin with {type(fact).__name__}, not with TicketOpened."
            )
        else:
            ticket = advance(ticket, fact)
    if ticket is None:
        raise ValueError(f"Ticket {ticket_id} has no facts.")
    return ticket


def advance(ticket: TicketClocks, fact: TicketFact) -> TicketClocks:
    """The clocks after one more fact, at an instant not before the last one."""
    ticket = settle_all(ticket, fact.at)
    match fact:
        case TicketOpened():
            raise ValueError(f"Ticket {ticket.ticket_id} is open already.")
        case StatusChanged():
            ticket = replace(ticket, status=fact.new)
        case PublicComment(by_staff=True):
            ticket = _answered(ticket, fact.at)
        case PublicComment():
            ticket = _asked(ticket, fact.at)
        case PolicyApplied():
            ticket = _promised(ticket, fact)
    return _kept(ticket, fact.at)


def settle_all(ticket: TicketClocks, at: datetime) -> TicketClocks:
    """Every clock as it stands at `at`."""
    return replace(ticket, clocks=tuple(settle(clock, at) for clock in ticket.clocks))


def calendar_of(ticket: TicketClocks, clock: Clock) -> CalendarVersion | None:
    """The calendar that counts for this clock."""
    return None if clock.calendar_version_id is None else ticket.calendars[clock.calendar_version_id]


def _answered(ticket: TicketClocks, at: datetime) -> TicketClocks:
    met = (
        meet(clock, calendar_of(ticket, clock), at) if clock.target in RESPONSE_TARGETS and not clock.met_at else clock
        for clock in ticket.clocks
    )
    return replace(ticket, clocks=tuple(met), is_answered=True)


def _asked(ticket: TicketClocks, at: datetime) -> TicketClocks:
    policy = ticket.policy
    if (
        not ticket.is_answered
        or not policy
        or "next_response" not in policy.targets
        or _has_open(ticket, "next_response")
    ):
        return ticket
    return _with_new(ticket, policy, "next_response", at)


def _promised(ticket: TicketClocks, fact: PolicyApplied) -> TicketClocks:
    ticket = replace(
        ticket,
        policy=fact.policy,
        calendar=fact.calendar,
        policies=ticket.policies | {fact.policy.id: fact.policy},
        calendars=ticket.calendars | ({fact.calendar.id: fact.calendar} if fact.calendar else {}),
    )
    rebased = (
        clock if clock.met_at or clock.breached_at else _rebased(ticket, clock, fact.at) for clock in ticket.clocks
    )
    return replace(ticket, clocks=tuple(rebased))


def _rebased(ticket: TicketClocks, clock: Clock, at: datetime) -> Clock:
    assert ticket.policy is not None
    return rebase(
        clock,
        calendar_of(ticket, clock),
        policy_version_id=ticket.policy.id,
        target_seconds=ticket.policy.targets.get(clock.target),
        calendar=ticket.calendar,
        at=at,
        at_risk_share=ticket.at_risk_share,
    )


def _kept(ticket: TicketClocks, at: datetime) -> TicketClocks:
    """Start what is missing, meet, reopen, pause and resume, until the rules of this module hold."""
    ticket = replace(ticket, clocks=tuple(_kept_clock(ticket, clock, at) for clock in ticket.clocks))
    policy = ticket.policy
    if policy is None or ticket.status in DONE:
        return ticket
    for target in policy.targets:
        if _is_missing(ticket, target):
            ticket = _with_new(ticket, policy, target, at)
    return ticket


def _is_missing(ticket: TicketClocks, target: str) -> bool:
    match target:
        case "next_response":
            return False
        case "periodic_update":
            return not _has_open(ticket, target)
        case "first_response":
            return not ticket.is_answered and not any(clock.target == target for clock in ticket.clocks)
        case _:
            return not any(clock.target == target for clock in ticket.clocks)


def _kept_clock(ticket: TicketClocks, clock: Clock, at: datetime) -> Clock:
    is_done, is_answer = ticket.status in DONE, clock.target in RESPONSE_TARGETS
    if clock.met_at and (is_done or is_answer):
        return clock
    if is_done and not is_answer:
        return meet(clock, calendar_of(ticket, clock), at)
    if clock.met_at and not clock.breached_at:
        clock = _rebased(ticket, clock, at)
    should_run = runs(ticket.policies[clock.policy_version_id], clock.target, ticket.status)
    if should_run and not clock.resumed_at:
        return resume(clock, calendar_of(ticket, clock), at, ticket.at_risk_share)
    if not should_run and not clock.paused_at:
        return pause(replace(clock, met_at=None), calendar_of(ticket, clock), at)
    return clock


def _has_open(ticket: TicketClocks, target: str) -> bool:
    return any(clock.target == target and not clock.met_at for clock in ticket.clocks)


def _with_new(ticket: TicketClocks, policy: PolicyVersion, target: str, at: datetime) -> TicketClocks:
    clock = Clock(
        ticket_id=ticket.ticket_id,
        target=target,
        cycle=1 + sum(other.target == target for other in ticket.clocks),
        policy_version_id=policy.id,
        calendar_version_id=ticket.calendar.id if ticket.calendar else None,
        target_seconds=policy.targets[target],
        started_at=at,
    )
    return replace(ticket, clocks=(*ticket.clocks, _kept_clock(ticket, clock, at)))
