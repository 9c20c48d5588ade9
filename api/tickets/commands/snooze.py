"""Put a ticket out of the agent's queue until an instant, or the customer's answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.errors import Conflict, Invalid
from api.events.catalogue import TicketSnoozed, TicketWoken
from api.events.fields import TicketFields
from api.events.tx import Tx
from api.tickets.commands.lock import LockedTicket, lock_to_work
from api.tickets.commands.write import write_fields
from api.tickets.rules.moves import is_active

MAX_DAYS = 366


async def snooze_ticket(tx: Tx, ticket_id: int, until: datetime | None) -> None:
    """Hide the ticket from queues until then; None brings it back. Its clocks run on.

    Raises Invalid unless `until` lies ahead, at most MAX_DAYS; Conflict on a ticket that is done.
    """
    ticket = await lock_to_work(tx, ticket_id)
    if until is not None and not tx.now < until <= tx.now + timedelta(days=MAX_DAYS):
        raise Invalid("ticket.snooze", f"Choose an instant ahead, within {MAX_DAYS} days.", field="until")
    if until is not None and not is_active(ticket.status):
        raise Conflict("ticket.done", f"A {ticket.status} ticket is in no queue already.")
    if until == ticket.snoozed_until:
        return
    new = TicketFields(snoozed_until=until)
    await write_fields(tx, {ticket.id: new})
    old = TicketFields(snoozed_until=ticket.snoozed_until)
    await tx.append(TicketSnoozed(entity_id=ticket.id, ticket_id=ticket.id, old=old, new=new))


async def wake(tx: Tx, tickets: Sequence[LockedTicket]) -> None:
    """Bring locked tickets back into their queues, one event each."""
    asleep = [ticket for ticket in tickets if ticket.snoozed_until is not None]
    if not asleep:
        return
    new = TicketFields(snoozed_until=None)
    await write_fields(tx, {ticket.id: new for ticket in asleep})
    await tx.append(
        *(
            TicketWoken(
                entity_id=ticket.id, ticket_id=ticket.id, old=TicketFields(snoozed_until=ticket.snoozed_until), new=new
            )
            for ticket in asleep
        )
    )
