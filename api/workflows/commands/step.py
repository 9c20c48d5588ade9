"""What one action makes of one ticket: worked out before anything is written, so that a dry run is the same computation."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from api.actor import Actor
from api.conversation.wire import NewComment
from api.errors import Conflict, Invalid, Problem
from api.events.catalogue import TicketEvent
from api.installation.rules import InstallationSettings
from api.sandbox import TemplateProblem, render
from api.tickets.commands.plan import Wish, plan
from api.tickets.rules.moves import is_active
from api.workflows.queries.facts import TicketState
from api.workflows.rules.actions import (
    FIELDS,
    MAX_TAGS,
    Action,
    AddComment,
    AddTags,
    AssignTicket,
    EscalateTicket,
    Named,
    SendEmail,
    SendNotification,
    TriggerWebhook,
    UpdateTicket,
    missing,
    named,
    texts,
    type_of,
)
from api.workflows.wire import ActionResult

ACTOR = Actor(kind="workflow", role="admin", name="Workflow")
"""On whose behalf workflows act: they may what the administrator may who wrote them."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all tickets of a batch: `known` are those that actions name and that are in use."""

    known: Named
    settings: InstallationSettings
    now: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket afterwards, the events that tell of its change, and the fields they write; words filled in, in order."""

    ticket: TicketState
    result: ActionResult
    events: list[TicketEvent] = []
    written: dict[str, Any] = {}
    words: list[str] = []


def step(action: Action, ticket: TicketState, around: Surroundings) -> Step:
    """Work it out. What cannot be done is a failed result, and leaves the ticket as it is."""
    try:
        return _step(action, ticket, around)
    except Problem as problem:
        result = ActionResult(type=type_of(action), outcome="failed", code=problem.code, detail=problem.detail)
    except TemplateProblem as problem:
        result = ActionResult(type=type_of(action), outcome="failed", code="workflow.words", detail=str(problem))
    return Step(ticket=ticket, result=result)


def _step(action: Action, ticket: TicketState, around: Surroundings) -> Step:
    if gone := missing(named([action]), around.known):
        raise Invalid("workflow.gone", f"What it names is gone or switched off: {gone}.")
    match action:
        case UpdateTicket():
            given = {name: getattr(action, name) for name in FIELDS}
            if action.tags is not UNSET:
                given["tags"] = sorted(set(action.tags))
            return _changed(action, ticket, Wish(**given), around)
        case AssignTicket(agent_id=agent_id):
            return _changed(action, ticket, Wish(assigned_agent_id=agent_id), around)
        case AddTags(tags=tags):
            wanted = sorted(set(ticket.tags) | set(tags))
            if len(wanted) > MAX_TAGS:
                raise Invalid("ticket.too_many_tags", f"A ticket has at most {MAX_TAGS} tags.")
            return _changed(action, ticket, Wish(tags=wanted), around)
        case EscalateTicket():
            if not is_active(ticket.status):
                raise Conflict("ticket.done", f"A {ticket.status} ticket cannot be escalated.")
            after = replace(ticket, status="escalated", escalation_level=ticket.escalation_level + 1)
            changes = {"status": after.status, "escalation_level": after.escalation_level}
            return Step(ticket=after, result=_done(action, changes))
        case AddComment() | SendEmail() | SendNotification() | TriggerWebhook():
            variables = _variables(ticket)
            words = [render(text, variables, is_html=False).strip() for text in texts(action)]
            if isinstance(action, AddComment):
                msgspec.convert({"comment": words[0]}, NewComment)
            return Step(ticket=ticket, result=_done(action), words=words)


def _changed(action: Action, ticket: TicketState, wish: Wish, around: Surroundings) -> Step:
    made = plan(ticket, wish, ACTOR, around.settings, around.now, "workflow")
    if not made.events:
        return Step(ticket=ticket, result=ActionResult(type=type_of(action), outcome="unchanged"))
    written = {name: value for name in made.new.__struct_fields__ if (value := getattr(made.new, name)) is not UNSET}
    after = {name: value for name, value in written.items() if name in ticket.__struct_fields__}
    if "status" in after and after["status"] != ticket.status:
        after["status_changed_at"] = around.now
    return Step(
        ticket=replace(ticket, **after),
        result=_done(action, written),
        events=made.events,
        written=written,
    )


def _done(action: Action, changes: dict[str, Any] | None = None) -> ActionResult:
    return ActionResult(type=type_of(action), outcome="done", changes=changes or {})


def _variables(ticket: TicketState) -> dict[str, Any]:
    return {
        "ticket": {
            "number": ticket.number,
            "subject": ticket.subject,
            "status": ticket.status.replace("_", " "),
            "priority": ticket.priority,
        },
        "customer": {"name": ticket.customer_name},
    }
