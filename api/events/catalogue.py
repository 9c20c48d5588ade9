"""Every event Redress knows. Grammar of an action: `<entity>.<past participle>`.

A ticket event's `new_values` hold the changed fields of the ticket and nothing else but `details`, so that a ticket's
state is the fold of its events. Free text and addresses never enter: only salted hashes.
"""

from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec

from api.events.fields import (
    AppliedPolicy,
    AssignmentDetails,
    AttachmentFields,
    ClockReached,
    CommentFields,
    CreationDetails,
    DepartureDetails,
    EscalationDetails,
    MergeDetails,
    RoutingFailure,
    StatusDetails,
    TicketFields,
)

Visibility = Literal["public", "internal"]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `old` and `new` are Structs or dicts of the changed fields; `details` explains, and is not state."""

    action: ClassVar[str]
    entity_type: ClassVar[str]
    visibility: ClassVar[Visibility] = "internal"

    entity_id: int | None
    ticket_id: int | None
    old: Any
    new: Any
    details: Any
    occurred_at: datetime | None = None
    """When it happened, if not now: a breach happened at its clock's `due_at`. Always set once written."""
    id: int | None = None
    """Given by the log: set in the events that reactions receive."""
    workflow_id: int | None = None
    """The workflow that did it. Not in the log, where the actor's kind says as much: its run names the workflow."""

    def is_public(self) -> bool:
        """Whether the customer of the ticket may see that this happened."""
        return self.visibility == "public"


class TicketEvent(Event, frozen=True, kw_only=True):
    """A change of a ticket's own fields; `entity_id` equals `ticket_id`."""

    entity_type: ClassVar[str] = "ticket"
    entity_id: int
    ticket_id: int
    old: TicketFields | None = None
    new: TicketFields = TicketFields()


class TicketCreated(TicketEvent, frozen=True, kw_only=True):
    """`new` holds what a ticket begins with; a field it does not name is null. Routing passes it over when `auto_assign`
    is false."""

    action = "ticket.created"
    visibility = "public"
    details: CreationDetails | None = None


class TicketUpdated(TicketEvent, frozen=True, kw_only=True):
    """Subject, description, category, skill, team, tags or attributes changed."""

    action = "ticket.updated"
    details: None = None


class TicketPriorityChanged(TicketEvent, frozen=True, kw_only=True):
    action = "ticket.priority_changed"
    visibility = "public"
    details: None = None


class TicketStatusChanged(TicketEvent, frozen=True, kw_only=True):
    """With the status, what follows from it: `resolved_at`, `closed_at`, `reopen_count`, a dropped `assigned_agent_id`."""

    action = "ticket.status_changed"
    visibility = "public"
    details: StatusDetails | None = None


class TicketAssigned(TicketEvent, frozen=True, kw_only=True):
    """The agent changed, and with it perhaps team and status; `assigned_agent_id` null hands it back to the queue."""

    action = "ticket.assigned"
    details: AssignmentDetails | None = None


class TicketRoutingFailed(TicketEvent, frozen=True, kw_only=True):
    action = "ticket.routing_failed"
    details: RoutingFailure


class TicketEscalated(TicketEvent, frozen=True, kw_only=True):
    action = "ticket.escalated"
    visibility = "public"
    details: EscalationDetails | None = None


class TicketSnoozed(TicketEvent, frozen=True, kw_only=True):
    """Out of the agent's queue until `new.snoozed_until`; null brings it back early."""

    action = "ticket.snoozed"
    details: None = None


class TicketWoken(TicketEvent, frozen=True, kw_only=True):
    """`snoozed_until` has come, or the customer answered."""

    action = "ticket.woken"
    details: None = None


class TicketMerged(TicketEvent, frozen=True, kw_only=True):
    """The ticket closed, and lives on in another one; with the status, what follows from it."""

    action = "ticket.merged"
    visibility = "public"
    details: MergeDetails


class TicketAbsorbed(TicketEvent, frozen=True, kw_only=True):
    """Another ticket was merged into this one."""

    action = "ticket.absorbed"
    details: MergeDetails


class TicketSplit(TicketEvent, frozen=True, kw_only=True):
    """Comments of this ticket opened another one."""

    action = "ticket.split"
    details: MergeDetails


class CommentAdded(Event, frozen=True, kw_only=True):
    action = "comment.added"
    entity_type = "comment"
    ticket_id: int
    old: None = None
    new: CommentFields
    details: None = None

    def is_public(self) -> bool:
        return not self.new.is_internal


class CommentEdited(CommentAdded, frozen=True, kw_only=True):
    action = "comment.edited"


class AttachmentAdded(Event, frozen=True, kw_only=True):
    action = "attachment.added"
    entity_type = "attachment"
    ticket_id: int
    old: None = None
    new: AttachmentFields
    details: None = None

    def is_public(self) -> bool:
        return not self.new.is_internal


class AttachmentRemoved(AttachmentAdded, frozen=True, kw_only=True):
    """`new` says which file it was."""

    action = "attachment.removed"


class SlaApplied(Event, frozen=True, kw_only=True):
    """A policy version was chosen for a ticket, or a re-base put its clocks under another one. `entity_id` = ticket."""

    action = "sla.applied"
    entity_type = "sla"
    ticket_id: int
    old: None = None
    new: AppliedPolicy
    details: None = None


class SlaAtRisk(Event, frozen=True, kw_only=True):
    action = "sla.at_risk"
    entity_type = "sla"
    ticket_id: int
    old: None = None
    new: ClockReached
    details: None = None


class SlaBreached(SlaAtRisk, frozen=True, kw_only=True):
    """`occurred_at` = `due_at`, however late it was noticed."""

    action = "sla.breached"


class EntityChanged(Event, frozen=True, kw_only=True):
    """A change of anything but a ticket: `old` and `new` are dicts of its changed fields, secrets and addresses left out."""

    ticket_id: int | None = None
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None
    details: None = None


class UserUpdated(Event, frozen=True, kw_only=True):
    """A person changed. `changed` in `new` names the fields whose values are not for the log (name, e-mail, password)."""

    action = "user.updated"
    entity_type = "user"
    ticket_id: int | None = None
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None
    details: DepartureDetails | None = None


def _entity(action: str) -> type[EntityChanged]:
    entity_type = action.split(".")[0]
    name = "".join(part.title() for part in action.replace(".", "_").split("_"))
    return type(name, (EntityChanged,), {"action": action, "entity_type": entity_type, "__module__": __name__})


CsatRated = _entity("csat.rated")
RootCauseCreated = _entity("root_cause.created")
RootCauseUpdated = _entity("root_cause.updated")
LinkAdded = _entity("link.added")
LinkRemoved = _entity("link.removed")
WatcherAdded = _entity("watcher.added")
WatcherRemoved = _entity("watcher.removed")
UserRegistered = _entity("user.registered")
UserCreated = _entity("user.created")
UserSkillsChanged = _entity("user.skills_changed")
TeamCreated = _entity("team.created")
TeamUpdated = _entity("team.updated")
TeamMemberAdded = _entity("team.member_added")
TeamMemberRemoved = _entity("team.member_removed")
SkillCreated = _entity("skill.created")
SkillUpdated = _entity("skill.updated")
CategoryCreated = _entity("category.created")
CategoryUpdated = _entity("category.updated")
SettingChanged = _entity("setting.changed")
SlaPolicyCreated = _entity("sla_policy.created")
SlaPolicyUpdated = _entity("sla_policy.updated")
CalendarCreated = _entity("calendar.created")
CalendarUpdated = _entity("calendar.updated")
LoginSucceeded = _entity("auth.logged_in")
LoginFailed = _entity("auth.login_failed")
LoggedOut = _entity("auth.logged_out")
TokenReused = _entity("auth.refresh_reused")
PasswordResetRequested = _entity("auth.password_reset_requested")
PasswordChanged = _entity("auth.password_changed")
SecondFactorEnrolled = _entity("auth.second_factor_enrolled")
SecondFactorFailed = _entity("auth.second_factor_failed")
SecondFactorRemoved = _entity("auth.second_factor_removed")
RecoveryCodesMade = _entity("auth.recovery_codes_made")
RecoveryCodeUsed = _entity("auth.recovery_code_used")
ApiTokenCreated = _entity("api_token.created")
ApiTokenRevoked = _entity("api_token.revoked")
CannedResponseCreated = _entity("canned_response.created")
CannedResponseUpdated = _entity("canned_response.updated")
CannedResponseRemoved = _entity("canned_response.removed")
CustomFieldCreated = _entity("custom_field.created")
CustomFieldUpdated = _entity("custom_field.updated")
OrganisationCreated = _entity("organisation.created")
OrganisationUpdated = _entity("organisation.updated")
TimeEntryStarted = _entity("time_entry.started")
TimeEntryAdded = _entity("time_entry.added")
TimeEntryUpdated = _entity("time_entry.updated")
TimeEntryRemoved = _entity("time_entry.removed")
ImportFinished = _entity("import.finished")
SavedSearchCreated = _entity("saved_search.created")
SavedSearchUpdated = _entity("saved_search.updated")
SavedSearchDeleted = _entity("saved_search.deleted")
DeliveryReplayed = _entity("delivery.replayed")
WebhookCreated = _entity("webhook.created")
WebhookUpdated = _entity("webhook.updated")
WebhookDisabled = _entity("webhook.disabled")
WebhookDeleted = _entity("webhook.deleted")
PersonExported = _entity("person.exported")
PersonErased = _entity("person.erased")
TemplateUpdated = _entity("template.updated")
TemplateRestored = _entity("template.restored")


WorkflowCreated = _entity("workflow.created")
WorkflowUpdated = _entity("workflow.updated")
WorkflowToggled = _entity("workflow.toggled")
WorkflowDeleted = _entity("workflow.deleted")
WorkflowStopped = _entity("workflow.stopped")


class WorkflowFired(Event, frozen=True, kw_only=True):
    """Time fired a workflow on a ticket: what its changes follow from, as others follow from what somebody did."""

    action = "workflow.fired"
    entity_type = "workflow"
    entity_id: int
    ticket_id: int
    old: None = None
    new: dict[str, Any] | None = None
    details: None = None


def _descendants(kind: type[Event]) -> list[type[Event]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _descendants(child))]


CATALOGUE: dict[str, type[Event]] = {kind.action: kind for kind in _descendants(Event) if hasattr(kind, "action")}
"""Every action and the class that carries it; `tests/house` holds dbt's accepted values against it."""
