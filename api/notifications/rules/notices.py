"""Who is told about which event."""

import msgspec

from api.events.catalogue import (
    CommentAdded,
    CommentEdited,
    Event,
    SlaAtRisk,
    SlaBreached,
    TicketAssigned,
    TicketCreated,
    TicketEscalated,
    TicketStatusChanged,
)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell, and whom: parts of the ticket's people, and `user_ids` named by the event.

    `is_public`: customers may hear of it. Who did it is not told, but for the receipt (`is_receipt`) that a customer gets
    by e-mail. `topic` is what people choose by; for the ticket's agent it may be another one.
    """

    kind: str
    event_id: int
    ticket_id: int
    is_public: bool
    to_customer: bool = False
    to_assignee: bool = False
    to_watchers: bool = False
    to_leads: bool = False
    user_ids: tuple[int, ...] = ()
    topic: str = ""
    assignee_topic: str | None = None
    is_receipt: bool = False


def notices(event: Event) -> list[Notice]:
    """What `event` (as written: with its id) is worth telling. A mention outranks the comment it is in, by coming first."""
    if event.id is None or event.ticket_id is None:
        return []
    match event:
        case CommentEdited():
            return []
        case CommentAdded(new=new):
            by_customer = "customer_replied" if not new.is_by_staff else None
            told = [
                _notice(
                    event,
                    "comment_added",
                    to_customer=event.is_public(),
                    to_assignee=True,
                    to_watchers=True,
                    assignee_topic=by_customer,
                )
            ]
            mention = _notice(event, "mention", user_ids=tuple(new.mentioned_user_ids))
            return [mention, *told] if new.mentioned_user_ids else told
        case TicketCreated():
            return [_notice(event, "created", to_customer=True, is_receipt=True)]
        case TicketAssigned():
            return [_notice(event, "assigned", to_assignee=True)]
        case TicketStatusChanged(new=new):
            topic = "resolved" if new.status == "resolved" else "status_changed"
            return [_notice(event, "status_changed", to_customer=True, to_assignee=True, to_watchers=True, topic=topic)]
        case TicketEscalated(details=details):
            named = (details.escalated_to,) if details and details.escalated_to else ()
            return [_notice(event, "escalated", to_assignee=True, to_watchers=True, to_leads=True, user_ids=named)]
        case SlaBreached(new=new) if not new.target.startswith("escalation"):
            return [_notice(event, "breached", to_assignee=True, to_leads=True)]
        case SlaBreached():
            return []
        case SlaAtRisk():
            return [_notice(event, "at_risk", to_assignee=True)]
        case _:
            return []


def _notice(event: Event, kind: str, **told: object) -> Notice:
    fields = {
        "kind": kind,
        "topic": kind,
        "event_id": event.id,
        "ticket_id": event.ticket_id,
        "is_public": event.is_public(),
    }
    return msgspec.convert(fields | told, Notice)
