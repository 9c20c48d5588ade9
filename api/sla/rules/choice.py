"""Which policy version holds for a ticket, and when that is another one than before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clocks import TicketClocks
from api.sla.rules.facts import PolicyApplied
from api.sla.rules.policy import PolicyVersion, TicketFacts, choose_policy, matches


def holds(ticket: TicketClocks) -> tuple[int | None, int | None]:
    """The policy and calendar versions that hold for a ticket."""
    return (ticket.policy.id if ticket.policy else None, ticket.calendar.id if ticket.calendar else None)


def choose(
    ticket: TicketClocks,
    facts: TicketFacts,
    current: Sequence[PolicyVersion],
    calendar_now: Mapping[int, CalendarVersion],
    at: datetime,
) -> PolicyApplied | None:
    """The first of the `current` policies that matches, from `at` on; None when none does or it holds already.

    `calendar_now` holds, by calendar id, the versions that count at `at`.
    """
    return _applied(ticket, choose_policy(current, facts), calendar_now, at)


def choose_again(
    ticket: TicketClocks,
    facts: TicketFacts,
    current: Sequence[PolicyVersion],
    calendar_now: Mapping[int, CalendarVersion],
    at: datetime,
) -> PolicyApplied | None:
    """After an edit: the version that is current of the ticket's own policy while that matches, else the first that does.

    So an edit moves no ticket to another policy that would have matched all along.
    """
    own = next((p for p in current if ticket.policy and p.policy_id == ticket.policy.policy_id), None)
    if own is None or not matches(own.conditions, facts):
        own = choose_policy(current, facts)
    return _applied(ticket, own, calendar_now, at)


def _applied(
    ticket: TicketClocks, policy: PolicyVersion | None, calendar_now: Mapping[int, CalendarVersion], at: datetime
) -> PolicyApplied | None:
    if policy is None:
        return None
    calendar = calendar_now.get(policy.calendar_id) if policy.calendar_id else None
    if holds(ticket) == (policy.id, calendar.id if calendar else None):
        return None
    return PolicyApplied(at=at, policy=policy, calendar=calendar)
