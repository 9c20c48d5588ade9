"""What conditions look at: tickets with what is known of them and of their customers, and what actions name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from api.db import Read
from api.events.catalogue import CommentAdded, Event, SlaAtRisk, TicketPriorityChanged, TicketStatusChanged
from api.tickets.commands.lock import LOCKED, LockedTicket
from api.visibility import visible_tickets
from api.workflows.rules.actions import Named


class TicketState(LockedTicket, frozen=True, kw_only=True):
    """A ticket, and its customer, as workflows see it."""

    source: str
    created_at: datetime
    status_changed_at: datetime
    first_breached_at: datetime | None
    next_due_at: datetime | None
    customer_name: str
    customer_tags: list[str]
    organisation_id: int | None


_STATE = LOCKED.format(workable="true").replace(
    "from tickets t\n",
    """, t.source, t.created_at, t.status_changed_at, t.first_breached_at, t.next_due_at,
       c.name as customer_name, c.tags as customer_tags, c.organisation_id
    from tickets t join users c on c.id = t.customer_id
    """,
)


async def lock_states(read: Read, ticket_ids: Sequence[int]) -> dict[int, TicketState]:
    """The tickets by id, locked in id order: one statement. The event's transaction mostly holds them already."""
    rows = await read.all(
        _STATE + "where t.id = any(%(ids)s) order by t.id for update of t",
        {"ids": sorted(set(ticket_ids))},
        TicketState,
    )
    return {row.id: row for row in rows}


async def list_states(read: Read, *, newest: int) -> list[TicketState]:
    """The newest tickets that the actor may see, the newest first; at most `newest`."""
    visible, params = visible_tickets(read.actor, "n")
    return await read.all(
        _STATE
        + f"""where t.id in (select n.id from tickets n where {visible} order by n.id desc limit %(newest)s)
              order by t.id desc""",
        params | {"newest": newest},
        TicketState,
    )


def facts_of(ticket: TicketState, now: datetime, event: Event | None = None) -> Mapping[str, Any]:
    """What conditions on a ticket compare, by the names of their fields; with those that only `event` tells."""
    due_at = ticket.next_due_at
    facts: dict[str, Any] = {
        "status": ticket.status,
        "priority": ticket.priority,
        "source": ticket.source,
        "category_id": ticket.category_id,
        "team_id": ticket.team_id,
        "skill_id": ticket.skill_id,
        "assigned_agent_id": ticket.assigned_agent_id,
        "customer_id": ticket.customer_id,
        "organisation_id": ticket.organisation_id,
        "tags": ticket.tags,
        "customer_tags": ticket.customer_tags,
        "subject": ticket.subject,
        "escalation_level": ticket.escalation_level,
        "reopen_count": ticket.reopen_count,
        "hours_since_created": _hours(ticket.created_at, now),
        "hours_since_updated": _hours(ticket.updated_at, now),
        "hours_since_status_change": _hours(ticket.status_changed_at, now),
        "is_breached": ticket.first_breached_at is not None or (due_at is not None and due_at < now),
        "custom_attributes": ticket.custom_attributes,
    }
    match event:
        case CommentAdded(new=new):
            facts |= {"comment_is_public": not new.is_internal, "comment_is_by_customer": not new.is_by_staff}
        case TicketStatusChanged(old=old) if old is not None and old.status is not UNSET:
            facts["old_status"] = old.status
        case TicketPriorityChanged(old=old) if old is not None and old.priority is not UNSET:
            facts["old_priority"] = old.priority
        case SlaAtRisk(new=reached):
            facts["sla_target"] = reached.target
        case _:
            pass
    return facts


def _hours(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds() / 3600


class _Known(msgspec.Struct, frozen=True):
    agents: list[int]
    users: list[int]
    teams: list[int]
    categories: list[int]
    skills: list[int]
    webhooks: list[int]


async def known_names(read: Read, asked: Named) -> Named:
    """Those of `asked` that are there and in use: one statement, none when nothing is asked."""
    params = {name: list(getattr(asked, name)) for name in Named.__struct_fields__}
    if not any(params.values()):
        return asked
    row = await read.one(
        """
        select array(select id from users where id = any(%(agents)s) and is_active and role in ('agent', 'admin')) as agents,
               array(select id from users where id = any(%(users)s) and is_active and role in ('agent', 'admin')) as users,
               array(select id from teams where id = any(%(teams)s) and is_active) as teams,
               array(select id from categories where id = any(%(categories)s) and is_active) as categories,
               array(select id from skills where id = any(%(skills)s)) as skills,
               array(select id from webhooks where id = any(%(webhooks)s) and is_active) as webhooks
        """,
        params,
        _Known,
    )
    assert row is not None
    return Named(**{name: frozenset(getattr(row, name)) for name in Named.__struct_fields__})
