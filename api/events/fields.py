"""What events carry: the changed fields of a ticket, and what explains a change."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class TicketFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of a ticket, or the part of it that changed. Column names of `tickets`."""

    number: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    priority: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    customer_id: int | UnsetType = UNSET
    assigned_agent_id: int | None | UnsetType = UNSET
    team_id: int | None | UnsetType = UNSET
    category_id: int | None | UnsetType = UNSET
    skill_id: int | None | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    custom_attributes: dict[str, Any] | UnsetType = UNSET
    escalation_level: int | UnsetType = UNSET
    reopen_count: int | UnsetType = UNSET
    resolved_at: datetime | None | UnsetType = UNSET
    closed_at: datetime | None | UnsetType = UNSET
    snoozed_until: datetime | None | UnsetType = UNSET
    merged_into_id: int | None | UnsetType = UNSET
    outcome: str | None | UnsetType = UNSET
    root_cause_id: int | None | UnsetType = UNSET
    remedy: str | None | UnsetType = UNSET
    remedy_amount: Decimal | None | UnsetType = UNSET
    remedy_currency: str | None | UnsetType = UNSET
    subject_sha256: str | UnsetType = UNSET
    description_sha256: str | UnsetType = UNSET


class CreationDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the creator asked for that is not state."""

    auto_assign: bool = True


class StatusDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the status changed. `reason`: `requested`, `customer_replied`, `auto_closed`, `undone`, `imported`,
    `workflow`."""

    reason: str


class Candidate(msgspec.Struct, frozen=True):
    """One agent the router could have chosen. score = active + 2 × critical − 5 × proficiency; lower is better."""

    agent_id: int
    score: int
    active_tickets: int
    critical_tickets: int
    proficiency: int


class AssignmentDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an agent was found. `how`: `routed`, `requested`, `taken`, `handed_back`, `imported`."""

    how: str
    reason: str | None = None
    candidates: list[Candidate] = []
    candidate_count: int = 0


class RoutingFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody was chosen: `no_agent_with_skill`, `no_agent_in_team`, `nobody_available`, `all_at_capacity`."""

    reason: str
    team_id: int | None = None
    skill_id: int | None = None


class EscalationDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`how`: `requested` by a person, or `overdue` by the sweep; `target` is the clock that ran out."""

    how: str
    reason: str | None = None
    escalated_to: int | None = None
    target: str | None = None


class MergeDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What moved from the ticket `from_id` to the ticket `into_id`."""

    from_id: int
    into_id: int
    comment_ids: list[int]


class CommentFields(msgspec.Struct, frozen=True, kw_only=True):
    """A comment without its words."""

    is_internal: bool
    is_by_staff: bool
    author_id: int | None
    body_sha256: str
    mentioned_user_ids: list[int] = []


class AttachmentFields(msgspec.Struct, frozen=True, kw_only=True):
    """A file without its name and bytes. `content_sha256` is the salted hash of the hexadecimal hash of its bytes."""

    is_internal: bool
    uploaded_by: int | None
    comment_id: int | None
    content_type: str
    size_bytes: int
    name_sha256: str
    content_sha256: str


class AppliedPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """All the rules need to recompute the clocks from the log."""

    policy_id: int
    policy_version_id: int
    calendar_version_id: int | None
    targets: dict[str, int]
    pauses_on: dict[str, list[str]]


class ClockReached(msgspec.Struct, frozen=True, kw_only=True):
    """The clock an instant was reached on; `due_at` is when its target was, or will be, used up."""

    target: str
    cycle: int
    due_at: datetime


class DepartureDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the active tickets of who no longer works them: `reassign_to` gets them; null routes them anew."""

    reassign_to: int | None
