"""Move a ticket from one status to another; the one place that writes `tickets.status` for a single ticket."""

from datetime import datetime

import msgspec
from msgspec import UNSET

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.errors import Conflict, Forbidden, Invalid
from api.events.catalogue import StatusDetails, TicketFields, TicketStatusChanged
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.tickets.commands.lock import LockedTicket, current_state, lock_ticket
from api.tickets.rules.moves import allowed_moves, is_reopen, moves_of
from api.tickets.wire import StatusChange


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One move of one ticket: what is written and what is logged."""

    ticket_id: int
    old: TicketFields
    new: TicketFields
    reason: str


async def change_status(tx: Tx, ticket_id: int, data: StatusChange) -> None:
    """Move the ticket, and say why in a comment if one is given.

    An agent's answer comes before the move, so that it counts as a response to a ticket that still runs; a customer's
    after it, so that it does not move the ticket itself.
    Raises Conflict with `allowed` when the move is not one, Forbidden when it is not the actor's to make.
    """
    ticket = await lock_ticket(tx, ticket_id, version=data.version)
    if tx.actor.is_staff and not ticket.may_work:
        raise Forbidden("ticket.other_team", "This ticket belongs to another team; ask its lead or an admin.")
    settings = await get_settings(tx)
    allowed = allowed_moves(ticket.status, ticket.closed_at, settings.reopen_window_seconds, tx.now)
    if data.status not in allowed:
        raise _not_allowed(ticket, data.status, allowed)
    if data.status not in moves_of(tx.actor, allowed, ticket.status):
        raise Forbidden("ticket.move_not_yours", f"Only an agent may move this ticket to {data.status}.")
    if data.status == "assigned" and ticket.assigned_agent_id is None:
        raise Invalid("ticket.nobody_assigned", "Assign the ticket to an agent instead.", field="status")
    said = NewComment(comment=data.comment, is_internal=data.is_internal) if data.comment is not None else None
    if said and tx.actor.is_staff:
        await add_comment(tx, ticket_id, said)
    await apply_moves(tx, [move_of(ticket, data.status, tx.now, "requested")])
    if said and not tx.actor.is_staff:
        await add_comment(tx, ticket_id, said)


def move_of(ticket: LockedTicket, status: str, now: datetime, reason: str) -> Move:
    """What moving `ticket` to `status` changes: the fields before and after."""
    old: dict[str, object] = {"status": ticket.status}
    new: dict[str, object] = {"status": status}
    if status == "open" and ticket.assigned_agent_id is not None:
        old["assigned_agent_id"], new["assigned_agent_id"] = ticket.assigned_agent_id, None
    if status in ("resolved", "closed") and ticket.resolved_at is None:
        old["resolved_at"], new["resolved_at"] = None, now
    if status == "closed":
        old["closed_at"], new["closed_at"] = None, now
    if is_reopen(ticket.status, status):
        for field in ("resolved_at", "closed_at"):
            if (value := getattr(ticket, field)) is not None:
                old[field], new[field] = value, None
        old["reopen_count"], new["reopen_count"] = ticket.reopen_count, ticket.reopen_count + 1
    return Move(
        ticket_id=ticket.id,
        old=msgspec.convert(old, TicketFields),
        new=msgspec.convert(new, TicketFields),
        reason=reason,
    )


_APPLY = """
update tickets t
set status = m.status, status_changed_at = %(now)s, updated_at = %(now)s, version = t.version + 1,
    assigned_agent_id = case when m.drops_agent then null else t.assigned_agent_id end,
    resolved_at = case when m.sets_resolved then m.resolved_at else t.resolved_at end,
    closed_at = case when m.sets_closed then m.closed_at else t.closed_at end,
    reopen_count = coalesce(m.reopen_count, t.reopen_count)
from unnest(%(ticket_id)s::bigint[], %(status)s::text[], %(drops_agent)s::bool[], %(sets_resolved)s::bool[],
            %(resolved_at)s::timestamptz[], %(sets_closed)s::bool[], %(closed_at)s::timestamptz[],
            %(reopen_count)s::int[])
     as m (ticket_id, status, drops_agent, sets_resolved, resolved_at, sets_closed, closed_at, reopen_count)
where t.id = m.ticket_id
"""


async def apply_moves(tx: Tx, moves: list[Move]) -> None:
    """Write the moves of locked tickets, one statement for all, and append `ticket.status_changed` for each."""
    if not moves:
        return
    news = [move.new for move in moves]
    await tx.run(
        _APPLY,
        {
            "now": tx.now,
            "ticket_id": [move.ticket_id for move in moves],
            "status": [new.status for new in news],
            "drops_agent": [new.assigned_agent_id is not UNSET for new in news],
            "sets_resolved": [new.resolved_at is not UNSET for new in news],
            "resolved_at": [new.resolved_at or None for new in news],
            "sets_closed": [new.closed_at is not UNSET for new in news],
            "closed_at": [new.closed_at or None for new in news],
            "reopen_count": [None if new.reopen_count is UNSET else new.reopen_count for new in news],
        },
    )
    await tx.append(
        *(
            TicketStatusChanged(
                entity_id=move.ticket_id,
                ticket_id=move.ticket_id,
                old=move.old,
                new=move.new,
                details=StatusDetails(reason=move.reason),
            )
            for move in moves
        )
    )


def _not_allowed(ticket: LockedTicket, wanted: str, allowed: tuple[str, ...]) -> Conflict:
    if ticket.status == "closed" and not allowed:
        sentence = "It was closed too long ago to be reopened; open a new ticket instead."
    else:
        sentence = f"A ticket that is {ticket.status} cannot become {wanted}."
    return Conflict("ticket.move_not_allowed", sentence, allowed=list(allowed), current=current_state(ticket))
