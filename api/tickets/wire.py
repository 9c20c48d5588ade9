"""What crosses the network about tickets."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.attachments.wire import Attachment
from api.custom_fields.wire import Values
from api.pages import Pagination

Priority = Literal["critical", "high", "medium", "low"]
Status = Literal["open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed"]
Subject = Annotated[
    str, Meta(min_length=1, max_length=200, description="One line", examples=["Router drops every night"])
]
Description = Annotated[str, Meta(min_length=1, max_length=20_000, description="Markdown")]
Tag = Annotated[str, Meta(min_length=1, max_length=50)]
Tags = Annotated[list[Tag], Meta(max_length=20)]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
OutcomeKind = Literal["upheld", "partly_upheld", "not_upheld", "withdrawn"]
Remedy = Literal["apology", "explanation", "repair", "replacement", "refund", "compensation", "other"]
LinkKind = Literal["duplicate_of", "related", "parent"]
Reference = Annotated[
    str, Meta(min_length=1, max_length=20, description="A ticket's id or number", examples=["RD-7F3K-29QX"])
]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]


class NewTicket(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A complaint. A customer sets subject, description, category_id, a priority up to `high` and the `custom_fields` that are
    for customers; the rest is staff's."""

    subject: Subject
    description: Description
    priority: Priority = "medium"
    category_id: Id | None = None
    customer_id: Id | UnsetType = UNSET
    team_id: Id | None | UnsetType = UNSET
    skill_id: Id | None | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    custom_fields: Values | UnsetType = UNSET
    auto_assign: bool | UnsetType = UNSET


class TicketPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Fields to change; what is not named stays. `version` is the one the change was made on (or send `If-Match`)."""

    version: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    subject: Subject | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    category_id: Id | None | UnsetType = UNSET
    skill_id: Id | None | UnsetType = UNSET
    team_id: Id | None | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    custom_fields: Values | UnsetType = UNSET


class Outcome(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How a complaint ended (ISO 10002). `remedy_amount` goes with a `remedy_currency` (ISO 4217)."""

    outcome: OutcomeKind
    root_cause_id: Id | None = None
    remedy: Remedy | None = None
    remedy_amount: Decimal | None = None
    remedy_currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])] | None = None


class StatusChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A move, with what is said to the customer about it; on resolving or closing, with the outcome."""

    status: Status
    comment: Annotated[str, Meta(min_length=1, max_length=20_000)] | None = None
    is_internal: bool = False
    outcome: Outcome | None = None
    version: Annotated[int, Meta(ge=1)] | None = None


class Assignment(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """To whom; `agent_id` null hands the ticket back to its queue."""

    agent_id: Id | None
    reason: Reason | None = None
    version: Annotated[int, Meta(ge=1)] | None = None


class Escalation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why, and to whom; without `escalate_to` the team's lead, else the least loaded available admin."""

    reason: Reason
    escalate_to: Id | None = None
    version: Annotated[int, Meta(ge=1)] | None = None


class Merge(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Into which ticket: its id or its number."""

    into: Reference


class Split(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which comments open the new ticket, and what it is about."""

    comment_ids: Annotated[list[Id], Meta(min_length=1, max_length=500)]
    subject: Subject


class NewLink(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """This ticket is a duplicate of, related to, or has as its parent, the ticket `to`."""

    to: Reference
    kind: LinkKind


class TicketLink(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that another one is linked to; `kind` says what it is to that one."""

    kind: str
    id: int
    number: str
    subject: str
    status: Status


class TicketLinks(msgspec.Struct, frozen=True):
    links: list[TicketLink]


class Snooze(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Until when; null brings the ticket back."""

    until: datetime | None


class BulkChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What many tickets shall be; what is not named stays. `agent_id` null hands them back to their queues."""

    ticket_ids: Annotated[list[Id], Meta(min_length=1, max_length=500)]
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    agent_id: Id | None | UnsetType = UNSET
    team_id: Id | None | UnsetType = UNSET
    add_tags: Tags = []
    remove_tags: Tags = []


class BulkTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one ticket. `code` and `detail` say why it was refused; null on one that is as wished."""

    id: int
    number: str | None
    is_changed: bool
    code: str | None
    detail: str | None


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each ticket asked for, in that order. `id` takes it back."""

    id: int
    tickets: list[BulkTicket]


class MacroUse(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How a macro is applied: with its own words filled in, or with `comment` in their place."""

    comment: Annotated[str, Meta(min_length=1, max_length=20_000)] | None = None
    is_internal: bool = False
    version: Annotated[int, Meta(ge=1)] | None = None


class Named(msgspec.Struct, frozen=True):
    """A person, team, category or skill: its key and its name."""

    id: int
    name: str


class ClockState(msgspec.Struct, frozen=True, kw_only=True):
    """One clock as of now. Seconds are business seconds of its calendar."""

    target: str
    cycle: int
    state: Literal["running", "at_risk", "paused", "met", "breached"]
    target_seconds: int
    due_at: datetime | None
    at_risk_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the ticket. `old` and `new` are the changed fields; a customer gets only the status and the priority."""

    id: int
    occurred_at: datetime
    action: str
    actor: Named | None
    actor_kind: str
    entity_id: int | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket in a list."""

    id: int
    number: str
    subject: str
    status: Status
    priority: Priority
    source: str
    customer_id: int
    customer_name: str
    assigned_agent_id: int | None
    assigned_agent_name: str | None
    team_id: int | None
    team_name: str | None
    category_id: int | None
    skill_id: int | None
    tags: list[str]
    version: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None
    is_sla_breached: bool


class TicketPage(msgspec.Struct, frozen=True):
    tickets: list[TicketRow]
    pagination: Pagination


class NewRating(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """1 very bad to 5 very good."""

    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=2_000)] | None = None


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer made of it; changeable until `until`."""

    score: int
    comment: str | None
    rated_at: datetime
    until: datetime


class NewRootCause(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A cause of complaints, below another one or at the top."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
    parent_id: Id | None = None


class RootCausePatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class RootCause(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is the names from the top down to it."""

    id: int
    name: str
    parent_id: int | None
    is_active: bool
    path: list[str]


class RootCauses(msgspec.Struct, frozen=True):
    """All causes, each below its parent."""

    root_causes: list[RootCause]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket with all that belongs to it, as its reader may see it.

    `custom_fields` are the values of the active fields, of a customer those that are for them; `custom_attributes` are
    all there are, those an importer brought along included, for staff alone.
    """

    id: int
    number: str
    subject: str
    description: str
    description_html: str
    status: Status
    allowed_moves: list[Status]
    priority: Priority
    source: str
    customer: Named
    assigned_agent: Named | None
    team: Named | None
    category: Named | None
    skill: Named | None
    tags: list[str]
    custom_fields: dict[str, Any]
    custom_attributes: dict[str, Any]
    escalation_level: int
    reopen_count: int
    version: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    merged_into_id: int | None
    outcome: OutcomeKind | None
    root_cause: Named | None
    remedy: Remedy | None
    remedy_amount: Decimal | None
    remedy_currency: str | None
    rating: Rating | None
    may_rate: bool
    reopen_until: datetime | None
    next_due_at: datetime | None
    is_sla_breached: bool
    may_work: bool
    clocks: list[ClockState]
    comments: list[Any]
    attachments: list[Attachment]
    timeline: list[TimelineEntry]
