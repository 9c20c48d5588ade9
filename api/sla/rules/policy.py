"""Which promise holds for a ticket: policies in order, the first whose conditions match."""

import re
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

RESPONSE_TARGETS = ("first_response", "next_response", "periodic_update")
DONE = frozenset({"resolved", "closed"})
"""Statuses in which no clock of a ticket runs."""

_TARGET = re.compile(r"first_response|next_response|periodic_update|resolution|escalation(_([2-9]|[1-9][0-9]))?")
_ESCALATIONS = "escalation*"
_PAUSING = frozenset({"open", "assigned", "in_progress", "pending", "escalated"})
_HOUR = 3600


class Conditions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a ticket must be for a policy to hold. Each list given must contain the ticket's value; none given matches all."""

    priority: tuple[str, ...] | None = None
    category_id: tuple[int, ...] | None = None
    team_id: tuple[int, ...] | None = None
    customer_tag: tuple[str, ...] | None = None
    organisation_id: tuple[int, ...] | None = None


class TicketFacts(Struct, frozen=True, kw_only=True):
    """What policies look at."""

    priority: str
    category_id: int | None = None
    team_id: int | None = None
    customer_tags: tuple[str, ...] = ()
    organisation_id: int | None = None


def _default_pauses() -> dict[str, tuple[str, ...]]:
    return {"resolution": ("pending",), _ESCALATIONS: ("pending",)}


class PolicyTerms(Struct, frozen=True, kw_only=True):
    """What a policy promises. `targets` in business seconds; `pauses_on` names the statuses that stop a target's clock,
    with `escalation*` for every escalation step that is not named itself. Nothing pauses the first response.

    Raises `ValueError` for a target, pause or number that makes no sense.
    """

    name: str
    conditions: Conditions = Conditions()
    targets: dict[str, int]
    pauses_on: dict[str, tuple[str, ...]] = field(default_factory=_default_pauses)
    calendar_id: int | None = None

    def __post_init__(self) -> None:
        if not self.targets:
            raise ValueError("A policy needs at least one target.")
        for target, seconds in self.targets.items():
            if not _TARGET.fullmatch(target):
                raise ValueError(f"There is no target {target!r}.")
            if seconds <= 0:
                raise ValueError(f"The target {target} needs more than {seconds} seconds.")
        for target, statuses in self.pauses_on.items():
            if target == "first_response" and statuses:
                raise ValueError("Nothing pauses the first response.")
            if target != _ESCALATIONS and not _TARGET.fullmatch(target):
                raise ValueError(f"There is no target {target!r} to pause.")
            if unknown := set(statuses) - _PAUSING:
                raise ValueError(
                    f"{', '.join(sorted(unknown))} cannot pause a clock; {', '.join(sorted(_PAUSING))} can."
                )


class PolicyVersion(PolicyTerms, frozen=True, kw_only=True):
    """What a policy said from `valid_from` until its next version."""

    id: int
    policy_id: int
    version: int
    valid_from: datetime


def choose_policy(policies: Iterable[PolicyVersion], ticket: TicketFacts) -> PolicyVersion | None:
    """The first of `policies`, in their order, whose conditions match; None when none does."""
    return next((policy for policy in policies if matches(policy.conditions, ticket)), None)


def matches(conditions: Conditions, ticket: TicketFacts) -> bool:
    """Whether every condition that is given holds."""
    return (
        (conditions.priority is None or ticket.priority in conditions.priority)
        and (conditions.category_id is None or ticket.category_id in conditions.category_id)
        and (conditions.team_id is None or ticket.team_id in conditions.team_id)
        and (conditions.customer_tag is None or not set(conditions.customer_tag).isdisjoint(ticket.customer_tags))
        and (conditions.organisation_id is None or ticket.organisation_id in conditions.organisation_id)
    )


def pausing_statuses(policy: PolicyTerms, target: str) -> tuple[str, ...]:
    """The statuses that pause this target's clock, beside resolved and closed, which stop every clock."""
    if target in policy.pauses_on:
        return policy.pauses_on[target]
    return policy.pauses_on.get(_ESCALATIONS, ()) if target.startswith("escalation") else ()


def runs(policy: PolicyTerms, target: str, status: str) -> bool:
    """Whether an unmet clock of `target` counts while the ticket has `status`. A target the policy lacks never does."""
    return target in policy.targets and status not in DONE and status not in pausing_statuses(policy, target)


def _default(priority: str, first_response: int, resolution: int, escalation: int) -> PolicyTerms:
    hours = {"first_response": first_response, "resolution": resolution, "escalation": escalation}
    return PolicyTerms(
        name=priority.title(),
        conditions=Conditions(priority=(priority,)),
        targets={target: number * _HOUR for target, number in hours.items()},
    )


DEFAULT_POLICIES: tuple[PolicyTerms, ...] = (
    _default("critical", first_response=1, resolution=4, escalation=2),
    _default("high", first_response=4, resolution=24, escalation=8),
    _default("medium", first_response=8, resolution=72, escalation=24),
    _default("low", first_response=24, resolution=168, escalation=48),
)
"""The policies of a new installation, in order: by priority alone, around the clock."""
