"""Escalate tickets: by a person's wish, or because an escalation clock ran out."""

from collections.abc import Mapping, Sequence

import msgspec

from api.db import sql
from api.errors import Conflict, Invalid
from api.events.catalogue import TicketEscalated
from api.events.fields import EscalationDetails, TicketFields
from api.events.tx import Tx
from api.tickets.commands.lock import lock_to_work
from api.tickets.rules.moves import is_active
from api.tickets.wire import Escalation


class _Escalated(msgspec.Struct, frozen=True):
    id: int
    old_status: str
    old_agent_id: int | None
    new_agent_id: int | None
    escalation_level: int
    escalated_to: int | None


async def escalate_ticket(tx: Tx, ticket_id: int, data: Escalation) -> None:
    """Escalate one ticket. Raises Conflict when it is done, Invalid when `escalate_to` is not active staff."""
    ticket = await lock_to_work(tx, ticket_id, version=data.version)
    if not is_active(ticket.status):
        raise Conflict("ticket.done", f"A {ticket.status} ticket cannot be escalated; reopen it first.")
    if data.escalate_to is not None and not await tx.value(
        "select true from users where id = %(id)s and is_active and role in ('agent', 'admin')",
        {"id": data.escalate_to},
    ):
        raise Invalid("ticket.not_an_agent", "That is not an active agent.", field="escalate_to")
    details = {ticket.id: EscalationDetails(how="requested", reason=data.reason)}
    await escalate_all(tx, details, escalate_to=data.escalate_to)


async def escalate_all(tx: Tx, details: Mapping[int, EscalationDetails], *, escalate_to: int | None = None) -> None:
    """Escalate every active ticket among the keys of `details` by one level: one statement, one event each."""
    rows = await tx.all(
        sql("tickets/escalate"),
        {"ticket_ids": list(details), "escalate_to": escalate_to, "now": tx.now},
        _Escalated,
    )
    await tx.append(*_events(rows, details))


def _events(rows: Sequence[_Escalated], details: Mapping[int, EscalationDetails]) -> list[TicketEscalated]:
    events: list[TicketEscalated] = []
    for row in rows:
        old: dict[str, object] = {"escalation_level": row.escalation_level - 1}
        new: dict[str, object] = {"escalation_level": row.escalation_level}
        if row.old_status != "escalated":
            old["status"], new["status"] = row.old_status, "escalated"
        if row.old_agent_id != row.new_agent_id:
            old["assigned_agent_id"], new["assigned_agent_id"] = row.old_agent_id, row.new_agent_id
        events.append(
            TicketEscalated(
                entity_id=row.id,
                ticket_id=row.id,
                old=msgspec.convert(old, TicketFields),
                new=msgspec.convert(new, TicketFields),
                details=msgspec.structs.replace(details[row.id], escalated_to=row.escalated_to),
            )
        )
    return events
