"""What an agent wants to know beside a ticket: its customer's other tickets, linked ones, own drafts, time spent on it."""

from datetime import datetime

import msgspec

from api.conversation.wire import Draft
from api.db import Read
from api.tickets.queries.links import LINKED, MAX_LINKS
from api.tickets.wire import Status, TicketLink
from api.visibility import visible_tickets

OTHERS = 5
ENTRIES = 5
COUNT_CAP = 100


class OtherTicket(msgspec.Struct, frozen=True, kw_only=True):
    """Another ticket of the same customer."""

    number: str
    subject: str
    status: Status
    created_at: datetime


class SpentTime(msgspec.Struct, frozen=True, kw_only=True):
    """Time that one agent spent; `duration_seconds` is null while the timer runs."""

    id: int
    agent_id: int
    agent_name: str
    started_at: datetime
    duration_seconds: int | None
    is_billable: bool
    description: str


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """The reader's running timer, on whatever ticket it runs."""

    id: int
    ticket_id: int
    number: str
    started_at: datetime


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """`others` are the newest OTHERS and `time_entries` the newest ENTRIES; `others_count` is counted up to COUNT_CAP.
    `auto_close_after_seconds` is null where the installation keeps the default."""

    links: list[TicketLink]
    others: list[OtherTicket]
    others_count: int
    drafts: list[Draft]
    is_watching: bool
    time_entries: list[SpentTime]
    spent_seconds: int
    timer: Timer | None
    auto_close_after_seconds: int | None


class _Row(msgspec.Struct, frozen=True):
    links: list[dict[str, object]]
    others: list[dict[str, object]]
    others_count: int
    drafts: list[dict[str, object]]
    is_watching: bool
    time_entries: list[dict[str, object]]
    spent_seconds: int
    timer: dict[str, object] | None
    auto_close_after_seconds: int | None


async def get_beside(read: Read, ticket_id: int, customer_id: int) -> Beside:
    """All of it in one statement, of what the reader may see."""
    visible, params = visible_tickets(read.actor)
    found = await read.one(
        f"""
        with others as materialized (
            select t.id, t.number, t.subject, t.status, t.created_at from tickets t
            where t.customer_id = %(customer_id)s and t.id <> %(ticket_id)s and {visible}
            order by t.id desc limit {COUNT_CAP}
        )
        select coalesce((select jsonb_agg(to_jsonb(l)) from ({LINKED} where {visible}
                         order by l.kind, t.id limit {MAX_LINKS}) l), '[]') as links,
               coalesce((select jsonb_agg(to_jsonb(o)) from (select number, subject, status, created_at from others
                         order by id desc limit {OTHERS}) o), '[]') as others,
               (select count(*) from others) as others_count,
               coalesce((select jsonb_agg(to_jsonb(d)) from (select mode, body, idempotency_key, updated_at from drafts
                         where user_id = %(reader_id)s and ticket_id = %(ticket_id)s) d), '[]') as drafts,
               exists (select from ticket_watchers w where w.ticket_id = %(ticket_id)s and w.user_id = %(reader_id)s)
                   as is_watching,
               coalesce((select jsonb_agg(to_jsonb(s)) from (
                   select e.id, e.agent_id, u.name as agent_name, e.started_at, e.duration_seconds, e.is_billable, e.description
                   from time_entries e join users u on u.id = e.agent_id
                   where e.ticket_id = %(ticket_id)s order by e.id desc limit {ENTRIES}) s), '[]') as time_entries,
               (select coalesce(sum(e.duration_seconds), 0) from time_entries e where e.ticket_id = %(ticket_id)s)
                   as spent_seconds,
               (select jsonb_build_object('id', e.id, 'ticket_id', t.id, 'number', t.number, 'started_at', e.started_at)
                from time_entries e join tickets t on t.id = e.ticket_id
                where e.agent_id = %(reader_id)s and e.duration_seconds is null) as timer,
               (select value::text::bigint from installation_settings where name = 'auto_close_after_seconds')
                   as auto_close_after_seconds
        """,
        params | {"ticket_id": ticket_id, "customer_id": customer_id, "reader_id": read.actor.id},
        _Row,
    )
    assert found is not None
    return msgspec.convert(found, Beside, from_attributes=True)
