"""One ticket with its clocks, comments and timeline: four statements, whatever it holds."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from api.attachments.wire import Attachment
from api.conversation.queries import list_comments
from api.conversation.rules import to_html
from api.custom_fields.queries import visible_fields
from api.db import Read, sql
from api.errors import NotFound
from api.installation.queries import get_settings
from api.tickets.queries.timeline import list_timeline
from api.tickets.rules.moves import allowed_moves, moves_of, reopen_until
from api.tickets.rules.number import parse_number
from api.tickets.rules.rating import changeable_until, may_rate
from api.tickets.wire import ClockState, Named, Rating, Ticket
from api.visibility import may_speak, visible_attachments, visible_tickets, workable_tickets

MAX_MERGES = 20
"""So many tickets in a row, each merged into the next, are followed."""


class TicketRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `tickets` with the names of what it points to and its clocks, as its reader may see it."""

    id: int
    number: str
    subject: str
    description: str
    status: str
    priority: str
    source: str
    customer_id: int
    customer_name: str
    assigned_agent_id: int | None
    agent_name: str | None
    team_id: int | None
    team_name: str | None
    category_id: int | None
    category_name: str | None
    skill_id: int | None
    skill_name: str | None
    tags: list[str]
    custom_fields: dict[str, Any]
    custom_attributes: dict[str, Any]
    escalation_level: int
    reopen_count: int
    version: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    merged_into_id: int | None
    next_due_at: datetime | None
    is_sla_breached: bool
    may_work: bool
    outcome: str | None
    root_cause_id: int | None
    root_cause_name: str | None
    remedy: str | None
    remedy_amount: Decimal | None
    remedy_currency: str | None
    csat_score: int | None
    csat_comment: str | None
    rated_at: datetime | None
    first_rated_at: datetime | None
    clocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]]


async def find_ticket_id(read: Read, reference: str) -> int:
    """The id of a visible ticket named by its id or its number; the number of a merged one leads to where it went.

    Raises NotFound.
    """
    number = parse_number(reference) if reference[:2].upper() == "RD" else None
    visible, params = visible_tickets(read.actor)
    if number is None and not (reference.isdecimal() and len(reference) <= 18):
        raise NotFound("ticket.not_found", "There is no such ticket.")
    found = await read.value(
        f"""
        with recursive named as (
            select t.id, t.merged_into_id, 0 as depth from tickets t
            where {"t.number" if number else "t.id"} = %(reference)s and {visible}
            union all
            select t.id, t.merged_into_id, n.depth + 1 from named n join tickets t on t.id = n.merged_into_id
            where %(is_number)s and n.depth < {MAX_MERGES}
        )
        select id from named order by depth desc limit 1
        """,
        params | {"reference": number or int(reference), "is_number": number is not None},
    )
    if found is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    return found


async def get_named_ticket(read: Read, reference: str) -> Ticket:
    """`get_ticket` of what `find_ticket_id` finds; an id is not looked up first. Raises NotFound."""
    is_id = reference.isdecimal() and len(reference) <= 18
    return await get_ticket(read, int(reference) if is_id else await find_ticket_id(read, reference))


async def get_ticket(read: Read, ticket_id: int) -> Ticket:
    """The ticket as its reader may see it. Raises NotFound when there is none, or none for them."""
    visible, params = visible_tickets(read.actor)
    workable, work_params = workable_tickets(read.actor)
    record = await read.one(
        sql("tickets/detail")
        .replace("/*visible*/", visible)
        .replace("/*workable*/", workable)
        .replace("/*fields*/", visible_fields(read.actor))
        .replace("/*attachments*/", visible_attachments(read.actor)),
        params | work_params | {"ticket_id": ticket_id, "now": read.now},
        TicketRecord,
    )
    if record is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    settings = await get_settings(read)
    comments = await list_comments(read, ticket_id)
    timeline = await list_timeline(read, ticket_id, record.created_at)
    return _assemble(read, record, settings.reopen_window_seconds, comments, timeline)


def _assemble(read: Read, r: TicketRecord, window: int, comments: list[Any], timeline: list[Any]) -> Ticket:
    moves = allowed_moves(r.status, r.closed_at, window, read.now)
    staff = read.actor.is_staff or read.actor.kind == "system"
    is_theirs = r.may_work if staff else may_speak(read.actor, r.customer_id)
    return msgspec.convert(
        {
            **{field: getattr(r, field) for field in r.__struct_fields__},
            "description_html": to_html(r.description),
            "allowed_moves": moves_of(read.actor, moves, r.status) if is_theirs else (),
            "customer": Named(r.customer_id, r.customer_name),
            "assigned_agent": _named(r.assigned_agent_id, r.agent_name),
            "team": _named(r.team_id, r.team_name),
            "category": _named(r.category_id, r.category_name),
            "skill": _named(r.skill_id, r.skill_name) if staff else None,
            "snoozed_until": r.snoozed_until if staff else None,
            "tags": r.tags if staff else [],
            "custom_attributes": r.custom_attributes if staff else {},
            "root_cause": _named(r.root_cause_id, r.root_cause_name) if staff else None,
            "rating": _rating(r),
            "may_rate": read.actor.id == r.customer_id and may_rate(r.status, r.first_rated_at, read.now),
            "reopen_until": reopen_until(r.closed_at, window) if r.closed_at else None,
            "clocks": msgspec.convert(
                [clock for clock in r.clocks if staff or not clock["target"].startswith("escalation")], list[ClockState]
            ),
            "comments": comments,
            "attachments": msgspec.convert(r.attachments, list[Attachment]),
            "timeline": timeline,
        },
        Ticket,
        from_attributes=True,
    )


def _rating(r: TicketRecord) -> Rating | None:
    if r.csat_score is None or r.rated_at is None or r.first_rated_at is None:
        return None
    return Rating(
        score=r.csat_score, comment=r.csat_comment, rated_at=r.rated_at, until=changeable_until(r.first_rated_at)
    )


def _named(key: int | None, name: str | None) -> Named | None:
    return Named(key, name) if key is not None and name is not None else None
