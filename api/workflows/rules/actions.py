"""What a workflow may do: the actions, what they name, and what they set off."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.tickets.wire import Id, Priority, Reason, Status, Tag, Tags

Person = Literal["customer", "assignee", "watchers", "team_leads"]
Text = Annotated[str, Meta(min_length=1, max_length=5_000, description="Markdown with variables: {{ ticket.number }}")]
Line = Annotated[str, Meta(min_length=1, max_length=200, description="One line with variables")]
People = Annotated[list[Person], Meta(max_length=4)]
Ids = Annotated[list[Id], Meta(max_length=50)]

MAX_ACTIONS = 20
MAX_TAGS = 20
VARIABLES: dict[str, Any] = {
    "ticket": {"number": "RD-7F3K-29QX", "subject": "The router drops every night", "status": "open", "priority": "high"},
    "customer": {"name": "Jane Smith"},
}  # fmt: skip
"""Every variable that words of a workflow may use, with something to try them by."""


class _Action(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    """One thing to do."""


class SendEmail(_Action, frozen=True, kw_only=True, tag="send_email"):
    """An e-mail to people of the ticket and to staff named by id."""

    to: People = []
    user_ids: Ids = []
    subject: Line
    body: Text


class SendNotification(_Action, frozen=True, kw_only=True, tag="send_notification"):
    """A notice inside the app."""

    to: People = []
    user_ids: Ids = []
    text: Line


class UpdateTicket(_Action, frozen=True, kw_only=True, tag="update_ticket"):
    """Fields to set; what is not named stays. `tags` replaces all of them."""

    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    team_id: Id | None | UnsetType = UNSET
    category_id: Id | None | UnsetType = UNSET
    skill_id: Id | None | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET


class AssignTicket(_Action, frozen=True, kw_only=True, tag="assign_ticket"):
    """To an agent; null gives it back to its queue."""

    agent_id: Id | None


class AddComment(_Action, frozen=True, kw_only=True, tag="add_comment"):
    """Say something on the ticket."""

    comment: Text
    is_internal: bool = True


class AddTags(_Action, frozen=True, kw_only=True, tag="add_tags"):
    """Beside those it has."""

    tags: Annotated[list[Tag], Meta(min_length=1, max_length=MAX_TAGS)]


class TriggerWebhook(_Action, frozen=True, kw_only=True, tag="trigger_webhook"):
    """Call an endpoint, whatever events it asked for."""

    webhook_id: Id


class EscalateTicket(_Action, frozen=True, kw_only=True, tag="escalate_ticket"):
    """One level up: to whom is named, else the team's lead, else an administrator."""

    escalate_to: Id | None = None
    reason: Reason | None = None


Action = (
    SendEmail | SendNotification | UpdateTicket | AssignTicket | AddComment | AddTags | TriggerWebhook | EscalateTicket
)
FIELDS = ("status", "priority", "team_id", "category_id", "skill_id", "tags")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Ids by what they are of: `agents` can be given tickets, `users` are told."""

    agents: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    skills: frozenset[int] = frozenset()
    webhooks: frozenset[int] = frozenset()


def type_of(action: Action) -> str:
    """`send_email` and the like."""
    return str(type(action).__struct_config__.tag)


def named(actions: list[Action]) -> Named:
    """All that the actions name."""
    found: dict[str, set[int | None]] = {name: set() for name in Named.__struct_fields__}
    for action in actions:
        match action:
            case SendEmail(user_ids=ids) | SendNotification(user_ids=ids):
                found["users"].update(ids)
            case UpdateTicket():
                for name, field in (("teams", "team_id"), ("categories", "category_id"), ("skills", "skill_id")):
                    found[name].add(getattr(action, field) or None)
            case AssignTicket(agent_id=agent_id) | EscalateTicket(escalate_to=agent_id):
                found["agents"].add(agent_id)
            case TriggerWebhook(webhook_id=webhook_id):
                found["webhooks"].add(webhook_id)
            case AddComment() | AddTags():
                pass
    return Named(**{name: frozenset(each for each in ids if each) for name, ids in found.items()})


def missing(asked: Named, known: Named) -> str | None:
    """The first that is asked for and not there, as `agents 7`, or None."""
    for name in Named.__struct_fields__:
        if gone := getattr(asked, name) - getattr(known, name):
            return f"{name} {min(gone)}"
    return None


def is_empty(action: Action) -> bool:
    """Whether it could never do anything."""
    match action:
        case SendEmail() | SendNotification():
            return not action.to and not action.user_ids
        case UpdateTicket():
            return all(getattr(action, field) is UNSET for field in FIELDS)
        case _:
            return False


def texts(action: Action) -> list[str]:
    """Its words, which may hold variables."""
    match action:
        case SendEmail(subject=subject, body=body):
            return [subject, body]
        case SendNotification(text=text):
            return [text]
        case AddComment(comment=comment):
            return [comment]
        case _:
            return []


def sets_off(action: Action) -> frozenset[str]:
    """The triggers its changes pull."""
    match action:
        case UpdateTicket(status=status, priority=priority):
            pulled = {"status_change": status, "priority_change": priority}
            return frozenset(trigger for trigger, value in pulled.items() if value is not UNSET)
        case AssignTicket():
            return frozenset({"assignment"})
        case AddComment():
            return frozenset({"comment"})
        case EscalateTicket():
            return frozenset({"escalation"})
        case _:
            return frozenset()
