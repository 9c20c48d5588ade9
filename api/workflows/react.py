"""Fire the workflows whose trigger an event pulls, in the event's transaction."""

from collections.abc import Sequence

from api.events.catalogue import (
    CommentAdded,
    CommentEdited,
    Event,
    SlaAtRisk,
    SlaBreached,
    TicketAssigned,
    TicketCreated,
    TicketEscalated,
    TicketPriorityChanged,
    TicketStatusChanged,
    WorkflowFired,
)
from api.events.tx import Tx
from api.workflows.commands.act import act
from api.workflows.queries.active import active_workflows
from api.workflows.rules.conditions import Trigger


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """One small statement per transaction when nothing listens; the same few for a batch of any size when something does."""
    pulled: dict[str, list[Event]] = {}
    for event in events:
        if (trigger := trigger_of(event)) and event.ticket_id is not None:
            pulled.setdefault(trigger, []).append(event)
    if not pulled:
        return
    active = await active_workflows(tx)
    timed = {event.entity_id for event in pulled.get("time_based", ())}
    listening = [
        workflow
        for trigger in pulled
        for workflow in active.get(trigger, ())
        if trigger != "time_based" or workflow.id in timed
    ]
    if listening:
        await act(tx, listening, pulled)


def trigger_of(event: Event) -> Trigger | None:
    """Which trigger an event pulls. Escalation clocks are an inner step, as everywhere."""
    match event:
        case TicketCreated():
            return "ticket.created"
        case TicketStatusChanged():
            return "status_change"
        case TicketPriorityChanged():
            return "priority_change"
        case TicketAssigned():
            return "assignment"
        case CommentEdited():
            return None
        case CommentAdded():
            return "comment"
        case TicketEscalated():
            return "escalation"
        case SlaAtRisk(new=new) if new.target.startswith("escalation"):
            return None
        case SlaBreached():
            return "sla_breach"
        case SlaAtRisk():
            return "at_risk"
        case WorkflowFired():
            return "time_based"
        case _:
            return None
