"""Lock a ticket before changing it: the first statement of every command on one."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from api.errors import Conflict, Forbidden, NotFound
from api.events.tx import Tx
from api.tickets.wire import Priority
from api.visibility import may_speak, visible_tickets, workable_tickets


class LockedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """State of a ticket whose row this transaction holds."""

    id: int
    number: str
    subject: str
    description: str
    status: str
    priority: Priority
    customer_id: int
    assigned_agent_id: int | None
    team_id: int | None
    category_id: int | None
    skill_id: int | None
    tags: list[str]
    custom_attributes: dict[str, Any]
    missing_fields: list[str]
    """Keys of the required custom fields it has no value of, in the order they are shown."""
    escalation_level: int
    reopen_count: int
    salt: bytes
    version: int
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    merged_into_id: int | None
    outcome: str | None
    root_cause_id: int | None
    remedy: str | None
    remedy_amount: Decimal | None
    remedy_currency: str | None
    may_work: bool


LOCKED = """
select t.id, t.number, t.subject, t.description, t.status, t.priority, t.customer_id, t.assigned_agent_id, t.team_id,
       t.category_id, t.skill_id, t.tags, t.custom_attributes, t.escalation_level, t.reopen_count, t.salt, t.version,
       t.updated_at, t.resolved_at, t.closed_at, t.snoozed_until, t.merged_into_id, t.outcome, t.root_cause_id, t.remedy,
       t.remedy_amount, t.remedy_currency,
       array(select f.key from custom_fields f
             where f.is_active and f.is_required and not t.custom_attributes ? f.key
             order by f.position, f.id) as missing_fields,
       ({workable}) is true as may_work
from tickets t
"""
"""Head of every statement that locks tickets; its caller adds `where … for update`."""


async def lock_ticket(tx: Tx, ticket_id: int, *, version: int | None = None) -> LockedTicket:
    """Lock the ticket and move `tx.now` past its last change, so that a ticket's instants follow its log.

    Raises NotFound when the actor may not see it, Forbidden when they may only read it, Conflict when
    `version` is given and not the present one.
    """
    visible, params = visible_tickets(tx.actor)
    workable, work_params = workable_tickets(tx.actor)
    ticket = await tx.one(
        LOCKED.format(workable=workable) + f"where t.id = %(ticket_id)s and {visible} for update of t",
        params | work_params | {"ticket_id": ticket_id},
        LockedTicket,
    )
    if ticket is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    if not may_speak(tx.actor, ticket.customer_id):
        raise Forbidden("ticket.not_yours", "You may read this ticket of a colleague; only they can change it.")
    tx.not_before(ticket.updated_at)
    if version is not None and version != ticket.version:
        raise Conflict(
            "ticket.stale",
            f"The ticket was changed meanwhile: you saw version {version}, it is at {ticket.version}.",
            current=current_state(ticket),
        )
    return ticket


async def lock_many(tx: Tx, ticket_ids: Sequence[int]) -> list[LockedTicket]:
    """Lock those of the tickets that the actor may see, in id order, and move `tx.now` past their last change."""
    visible, params = visible_tickets(tx.actor)
    workable, work_params = workable_tickets(tx.actor)
    tickets = await tx.all(
        LOCKED.format(workable=workable) + f"where t.id = any(%(ids)s) and {visible} order by t.id for update of t",
        params | work_params | {"ids": list(ticket_ids)},
        LockedTicket,
    )
    for ticket in tickets:
        tx.not_before(ticket.updated_at)
    return tickets


async def lock_to_work(tx: Tx, ticket_id: int, *, version: int | None = None) -> LockedTicket:
    """`lock_ticket` for staff's commands. Raises Forbidden when it is another team's."""
    ticket = await lock_ticket(tx, ticket_id, version=version)
    if not ticket.may_work:
        raise Forbidden("ticket.other_team", "This ticket belongs to another team; ask its lead or an admin.")
    return ticket


def current_state(ticket: LockedTicket) -> dict[str, object]:
    """What a person with a stale copy needs to see."""
    hidden = {"salt", "may_work", "description", "custom_attributes", "missing_fields"}
    return {name: getattr(ticket, name) for name in ticket.__struct_fields__ if name not in hidden}
