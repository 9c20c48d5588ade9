"""Reads of one's own notifications, of tickets one may still see."""

from collections.abc import Sequence

from api.db import Read
from api.notifications.wire import Notification, NotificationPage
from api.pages import COUNT_CAP, pagination, window
from api.visibility import visible_tickets

UNREAD_CAP = 100


async def list_notifications(
    read: Read, *, is_unread: bool = False, page: int = 1, limit: int = 20
) -> NotificationPage:
    """One page of the reader's notifications, newest first."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    where = f"n.user_id = %(user_id)s and (n.ticket_id is null or {visible})" + (
        " and n.read_at is null" if is_unread else ""
    )
    params = params | {"user_id": read.actor.id, "limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    rows = await read.all(
        f"""
        select n.id, n.kind, n.ticket_id, t.number as ticket_number, t.subject as ticket_subject,
               t.status as ticket_status, n.event_id, n.details ->> 'text' as text, n.created_at, n.read_at
        from notifications n left join tickets t on t.id = n.ticket_id
        where {where} order by n.id desc limit %(limit)s offset %(offset)s
        """,
        params,
        Notification,
    )
    total = await read.value(
        f"""
        select count(*) from (
            select 1 from notifications n left join tickets t on t.id = n.ticket_id where {where} limit %(cap)s
        ) counted
        """,
        params,
    )
    return NotificationPage(rows, pagination(total, page, limit))


async def count_unread(read: Read) -> int:
    """Unread notifications of the reader, counted up to UNREAD_CAP."""
    visible, params = visible_tickets(read.actor)
    return await read.value(
        f"""
        select count(*) from (
            select 1 from notifications n left join tickets t on t.id = n.ticket_id
            where n.user_id = %(user_id)s and n.read_at is null and (n.ticket_id is null or {visible}) limit {UNREAD_CAP}
        ) counted
        """,
        params | {"user_id": read.actor.id},
    )


async def list_unread_ticket_ids(read: Read, ticket_ids: Sequence[int]) -> set[int]:
    """Those of these tickets of which the reader has something unread."""
    return set(
        await read.values(
            """
            select distinct n.ticket_id from notifications n
            where n.user_id = %(user_id)s and n.read_at is null and n.ticket_id = any(%(ticket_ids)s)
            """,
            {"user_id": read.actor.id, "ticket_ids": list(ticket_ids)},
        )
    )
