"""What a comment or a breach does to the ticket it is about."""

from collections.abc import Sequence

from api.events.catalogue import CommentAdded, CommentEdited, Event, SlaBreached
from api.events.fields import EscalationDetails
from api.events.tx import Tx
from api.tickets.commands.escalate import escalate_all
from api.tickets.commands.lock import LOCKED, LockedTicket
from api.tickets.commands.snooze import wake
from api.tickets.commands.status import apply_moves, move_of

MOVED_BY_CUSTOMER = ("pending", "resolved")


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """A customer's public comment moves a waiting ticket on, reopens a resolved one and wakes a snoozed one; an escalation clock escalates."""
    replied = [
        event.ticket_id
        for event in events
        if isinstance(event, CommentAdded)
        and not isinstance(event, CommentEdited)
        and not event.new.is_internal
        and not event.new.is_by_staff
    ]
    if replied:
        await _move_on(tx, replied)
    overdue = {
        event.ticket_id: EscalationDetails(how="overdue", target=event.new.target)
        for event in events
        if isinstance(event, SlaBreached) and event.new.target.startswith("escalation")
    }
    if overdue:
        await escalate_all(tx, overdue)


async def _move_on(tx: Tx, ticket_ids: list[int]) -> None:
    waiting = await tx.all(
        LOCKED.format(workable=True)
        + """where t.id = any(%(ids)s) and (t.status = any(%(moved)s) or t.snoozed_until is not null)
             order by t.id for update""",
        {"ids": ticket_ids, "moved": list(MOVED_BY_CUSTOMER)},
        LockedTicket,
    )
    await wake(tx, waiting)
    moved = [ticket for ticket in waiting if ticket.status in MOVED_BY_CUSTOMER]
    await apply_moves(tx, [move_of(ticket, "in_progress", tx.now, "customer_replied") for ticket in moved])
