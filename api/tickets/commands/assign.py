"""Give a ticket to an agent, or back to its queue."""

from api.errors import Conflict, Invalid
from api.events.catalogue import TicketAssigned
from api.events.fields import AssignmentDetails, TicketFields
from api.events.tx import Tx
from api.tickets.commands.lock import lock_to_work
from api.tickets.rules.moves import is_active, status_when_assigned
from api.tickets.wire import Assignment


async def assign_ticket(tx: Tx, ticket_id: int, data: Assignment) -> None:
    """Assign by a person's wish: capacity and availability do not stop it. An `open` ticket becomes `assigned`.

    Raises Conflict on a ticket that is done, Invalid when the agent is not an active one.
    """
    ticket = await lock_to_work(tx, ticket_id, version=data.version)
    if not is_active(ticket.status):
        raise Conflict("ticket.done", f"A {ticket.status} ticket cannot be assigned; reopen it first.")
    if data.agent_id == ticket.assigned_agent_id:
        return
    status = status_when_assigned(ticket.status, is_assigned=data.agent_id is not None)
    done = await tx.run(
        """
        with agent as (
            update users set last_assigned_at = %(now)s
            where id = %(agent_id)s and is_active and role in ('agent', 'admin') returning id
        )
        update tickets
        set assigned_agent_id = %(agent_id)s, is_awaiting_routing = false, status = %(status)s, version = version + 1, updated_at = %(now)s,
            status_changed_at = case when status = %(status)s then status_changed_at else %(now)s end
        where id = %(id)s and (%(agent_id)s::bigint is null or exists (select from agent))
        """,
        {"id": ticket.id, "agent_id": data.agent_id, "status": status, "now": tx.now},
    )
    if not done:
        raise Invalid("ticket.not_an_agent", "That is not an active agent.", field="agent_id")
    how = "handed_back" if data.agent_id is None else "taken" if data.agent_id == tx.actor.id else "requested"
    await tx.append(
        TicketAssigned(
            entity_id=ticket.id,
            ticket_id=ticket.id,
            old=_fields(ticket.assigned_agent_id, ticket.status if status != ticket.status else None),
            new=_fields(data.agent_id, status if status != ticket.status else None),
            details=AssignmentDetails(how=how, reason=data.reason),
        )
    )


def _fields(agent_id: int | None, status: str | None) -> TicketFields:
    if status is None:
        return TicketFields(assigned_agent_id=agent_id)
    return TicketFields(assigned_agent_id=agent_id, status=status)
