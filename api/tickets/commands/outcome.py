"""How a complaint ended: outcome, root cause and remedy (ISO 10002)."""

from decimal import Decimal

import msgspec

from api.errors import Invalid
from api.events.catalogue import TicketUpdated
from api.events.fields import TicketFields
from api.events.tx import Tx
from api.tickets.commands.lock import lock_to_work
from api.tickets.commands.write import write_fields
from api.tickets.wire import Outcome

MAX_AMOUNT = Decimal(10**11)
_CENT = Decimal("0.01")


async def set_outcome(tx: Tx, ticket_id: int, data: Outcome) -> None:
    """Say, or say anew, how the ticket ended. Raises as `outcome_fields`."""
    ticket = await lock_to_work(tx, ticket_id)
    fields = await outcome_fields(tx, data)
    changed = {name: value for name, value in fields.items() if value != getattr(ticket, name)}
    if not changed:
        return
    new = msgspec.convert(changed, TicketFields)
    await write_fields(tx, {ticket.id: new})
    old = msgspec.convert({name: getattr(ticket, name) for name in changed}, TicketFields)
    await tx.append(TicketUpdated(entity_id=ticket.id, ticket_id=ticket.id, old=old, new=new))


async def outcome_fields(tx: Tx, data: Outcome, status: str | None = None) -> dict[str, object]:
    """The ticket's fields that say this outcome.

    Raises Invalid when a move to `status` does not end the ticket, when the root cause is none, or when an amount lacks
    its currency or remedy.
    """
    if status is not None and status not in ("resolved", "closed"):
        raise Invalid(
            "ticket.outcome_early", "An outcome is said when the ticket is resolved or closed.", field="outcome"
        )
    if (data.remedy_amount is None) != (data.remedy_currency is None):
        raise Invalid("ticket.remedy_currency", "An amount and its currency go together.", field="remedy_currency")
    if data.remedy_amount is not None and not 0 <= data.remedy_amount <= MAX_AMOUNT:
        raise Invalid("ticket.remedy_amount", f"An amount lies between 0 and {MAX_AMOUNT}.", field="remedy_amount")
    if data.remedy_amount is not None and data.remedy is None:
        raise Invalid("ticket.remedy", "An amount belongs to a remedy.", field="remedy")
    if data.root_cause_id is not None and not await tx.value(
        "select true from root_causes where id = %(id)s and is_active", {"id": data.root_cause_id}
    ):
        raise Invalid("ticket.unknown_reference", "root_cause_id names nothing that is there.", field="root_cause_id")
    amount = data.remedy_amount
    return {
        "outcome": data.outcome,
        "root_cause_id": data.root_cause_id,
        "remedy": data.remedy,
        "remedy_amount": None if amount is None else amount.quantize(_CENT),
        "remedy_currency": data.remedy_currency,
    }
