"""Move a ticket from one status to another; the one place that writes `tickets.status` for a single ticket."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from api.actor import Actor
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.custom_fields.rules import missing
from api.errors import Conflict, Forbidden, Invalid
from api.events.catalogue import TicketStatusChanged
from api.events.fields import StatusDetails, TicketFields
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.installation.rules import InstallationSettings
from api.tickets.commands.lock import LockedTicket, current_state, lock_ticket
from api.tickets.commands.outcome import outcome_fields
from api.tickets.commands.write import write_fields
from api.tickets.rules.moves import allowed_moves, is_active, is_reopen, moves_of
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
    check_move(ticket, data.status, tx.actor, settings, tx.now, is_outcome_given=data.outcome is not None)
    outcome = await outcome_fields(tx, data.outcome, data.status) if data.outcome else {}
    said = NewComment(comment=data.comment, is_internal=data.is_internal) if data.comment is not None else None
    if said and tx.actor.is_staff:
        known = len(tx.appended)
        await add_comment(tx, ticket_id, said)
        if len(tx.appended) > known + 1:  # the comment had consequences, perhaps this very move
            ticket = await lock_ticket(tx, ticket_id)
            if ticket.status == data.status and not outcome:
                return
            check_move(ticket, data.status, tx.actor, settings, tx.now, is_outcome_given=data.outcome is not None)
    await apply_moves(tx, [move_of(ticket, data.status, tx.now, "requested", outcome)])
    if said and not tx.actor.is_staff:
        await add_comment(tx, ticket_id, said)


def check_move(
    ticket: LockedTicket,
    status: str,
    actor: Actor,
    settings: InstallationSettings,
    now: datetime,
    *,
    is_outcome_given: bool = False,
) -> None:
    """Raise Conflict with `allowed` when the move is not one, Forbidden when it is not the actor's to make, Invalid when
    staff resolves without the outcome that the installation requires, or without a required custom field."""
    allowed = allowed_moves(ticket.status, ticket.closed_at, settings.reopen_window_seconds, now)
    if status not in allowed:
        raise _not_allowed(ticket, status, allowed)
    if status not in moves_of(actor, allowed, ticket.status):
        raise Forbidden("ticket.move_not_yours", f"Only an agent may move this ticket to {status}.")
    if status == "assigned" and ticket.assigned_agent_id is None:
        raise Invalid("ticket.nobody_assigned", "Assign the ticket to an agent instead.", field="status")
    is_done = not is_active(status) and is_active(ticket.status)
    if settings.require_outcome and is_done and actor.is_staff and not (is_outcome_given or ticket.outcome):
        raise Invalid("ticket.outcome_required", "Say how the complaint ended: its outcome.", field="outcome")
    if ticket.missing_fields and is_done and actor.is_staff:
        raise missing(ticket.missing_fields)


def move_of(
    ticket: LockedTicket, status: str, now: datetime, reason: str, outcome: Mapping[str, object] | None = None
) -> Move:
    """What moving `ticket` to `status`, with this outcome, changes: the fields before and after."""
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
    for field, value in (outcome or {}).items():
        if value != getattr(ticket, field):
            old[field], new[field] = getattr(ticket, field), value
    return Move(
        ticket_id=ticket.id,
        old=msgspec.convert(old, TicketFields),
        new=msgspec.convert(new, TicketFields),
        reason=reason,
    )


async def apply_moves(tx: Tx, moves: list[Move]) -> None:
    """Write the moves of locked tickets, one statement for all, and append `ticket.status_changed` for each."""
    await write_fields(tx, {move.ticket_id: move.new for move in moves})
    await tx.append(*(moved(move) for move in moves))


def moved(move: Move) -> TicketStatusChanged:
    """The event of a move."""
    return TicketStatusChanged(
        entity_id=move.ticket_id,
        ticket_id=move.ticket_id,
        old=move.old,
        new=move.new,
        details=StatusDetails(reason=move.reason),
    )


def _not_allowed(ticket: LockedTicket, wanted: str, allowed: tuple[str, ...]) -> Conflict:
    if ticket.status == "closed" and not allowed:
        sentence = "It was closed too long ago to be reopened; open a new ticket instead."
    else:
        sentence = f"A ticket that is {ticket.status} cannot become {wanted}."
    return Conflict("ticket.move_not_allowed", sentence, allowed=list(allowed), current=current_state(ticket))
