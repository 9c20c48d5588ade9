"""What has to happen to a locked ticket so that it becomes what somebody wishes: its events in order, and what they write."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from api.actor import Actor
from api.errors import Conflict, Forbidden
from api.events.catalogue import TicketAssigned, TicketEvent, TicketPriorityChanged, TicketUpdated
from api.events.fields import AssignmentDetails, TicketFields
from api.installation.rules import InstallationSettings
from api.tickets.commands.lock import LockedTicket
from api.tickets.commands.status import check_move, move_of, moved
from api.tickets.rules.moves import is_active, status_when_assigned

_PLAIN = ("team_id", "category_id", "skill_id", "tags")


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket shall be; what is unset stays."""

    status: str | UnsetType = UNSET
    priority: str | UnsetType = UNSET
    assigned_agent_id: int | None | UnsetType = UNSET
    team_id: int | None | UnsetType = UNSET
    category_id: int | None | UnsetType = UNSET
    skill_id: int | None | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`new` is all that is written; `events` say it step by step. No events: the ticket is what was wished already."""

    new: TicketFields
    events: list[TicketEvent]


def plan(
    ticket: LockedTicket, wish: Wish, actor: Actor, settings: InstallationSettings, now: datetime, reason: str
) -> Plan:
    """The steps from `ticket` to `wish`: fields, priority, agent, status, in this order.

    Raises Forbidden, Conflict or Invalid when one of the steps cannot be made; then none is to be.
    """
    if not ticket.may_work:
        raise Forbidden("ticket.other_team", "This ticket belongs to another team; ask its lead or an admin.")
    events: list[TicketEvent] = []
    fields = {name: value for name in _PLAIN if (value := _wished(wish, ticket, name)) is not UNSET}
    if fields:
        events.append(_event(TicketUpdated, ticket, fields))
    if (priority := _wished(wish, ticket, "priority")) is not UNSET:
        events.append(_event(TicketPriorityChanged, ticket, {"priority": priority}))
    if (agent_id := _wished(wish, ticket, "assigned_agent_id")) is not UNSET:
        events.append(_assigned(ticket, agent_id, actor))
        ticket = _after(ticket, events[-1].new)
    if (status := _wished(wish, ticket, "status")) is not UNSET:
        check_move(ticket, status, actor, settings, now)
        events.append(moved(move_of(ticket, status, now, reason)))
    written: dict[str, Any] = {}
    for event in events:
        written |= {
            name: value for name in event.new.__struct_fields__ if (value := getattr(event.new, name)) is not UNSET
        }
    return Plan(new=TicketFields(**written), events=events)


def _wished(wish: Wish, ticket: LockedTicket, name: str) -> Any:
    value = getattr(wish, name)
    return UNSET if value == getattr(ticket, name) else value


def _event(kind: type[TicketEvent], ticket: LockedTicket, new: dict[str, object]) -> TicketEvent:
    old = {name: getattr(ticket, name) for name in new}
    return kind(
        entity_id=ticket.id,
        ticket_id=ticket.id,
        old=msgspec.convert(old, TicketFields),
        new=msgspec.convert(new, TicketFields),
        details=None,
    )


def _assigned(ticket: LockedTicket, agent_id: object, actor: Actor) -> TicketAssigned:
    if not is_active(ticket.status):
        raise Conflict("ticket.done", f"A {ticket.status} ticket cannot be assigned; reopen it first.")
    new: dict[str, object] = {"assigned_agent_id": agent_id}
    status = status_when_assigned(ticket.status, is_assigned=agent_id is not None)
    if status != ticket.status:
        new["status"] = status
    old = {name: getattr(ticket, name) for name in new}
    how = "handed_back" if agent_id is None else "taken" if agent_id == actor.id else "requested"
    return TicketAssigned(
        entity_id=ticket.id,
        ticket_id=ticket.id,
        old=msgspec.convert(old, TicketFields),
        new=msgspec.convert(new, TicketFields),
        details=AssignmentDetails(how=how),
    )


def _after(ticket: LockedTicket, new: TicketFields) -> LockedTicket:
    known = set(ticket.__struct_fields__)
    changed = {name: value for name in new.__struct_fields__ if (value := getattr(new, name)) is not UNSET}
    return replace(ticket, **{name: value for name, value in changed.items() if name in known})
