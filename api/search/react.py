"""Keep the words of tickets as they are, in the transaction that changed them."""

from collections.abc import Sequence

from msgspec import UNSET

from api.events.catalogue import CommentAdded, Event, TicketCreated, TicketUpdated
from api.events.tx import Tx
from api.search.commands import index_tickets


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """One statement for all tickets of the batch whose words changed."""
    ticket_ids = {event.ticket_id for event in events if _has_words(event) and event.ticket_id}
    if ticket_ids:
        await index_tickets(tx, ticket_ids)


def _has_words(event: Event) -> bool:
    if isinstance(event, TicketUpdated):
        return event.new.subject_sha256 is not UNSET or event.new.description_sha256 is not UNSET
    return isinstance(event, (TicketCreated, CommentAdded))
