"""Reads of what went out, and of what did not and why."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.db import Read, sql
from api.deliveries.wire import ChannelFigures, Delivery, DeliveryAttempt, DeliveryPage, DeliveryRow, DeliveryStatistics
from api.errors import NotFound
from api.pages import COUNT_CAP, pagination, window
from api.visibility import visible_tickets

MAX_ATTEMPTS = 100

_ROW = """
d.id, d.message_id::text as message_id, d.channel, d.kind, d.status, d.reason, d.event_ids, d.ticket_id,
t.number as ticket_number, d.user_id, d.webhook_id, d.recipient, d.attempt_count, d.created_at,
case when d.status = 'waiting' then d.next_try_at end as next_try_at, d.settled_at
"""


class DeliveryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; filters combine by `and`."""

    status: str | None = None
    channel: str | None = None
    ticket_id: int | None = None
    user_id: int | None = None
    webhook_id: int | None = None
    recipient: str | None = None


async def list_deliveries(read: Read, wanted: DeliveryFilter, *, page: int, limit: int) -> DeliveryPage:
    """One page, newest first. Each filter has its index."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    found: list[str] = [f"(d.ticket_id is null or {visible})"]
    params: dict[str, Any] = params | {"limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    for name in ("status", "channel", "ticket_id", "user_id", "webhook_id"):
        if (value := getattr(wanted, name)) is not None:
            found.append(f"d.{name} = %({name})s")
            params[name] = value
    if wanted.recipient is not None:
        found.append("lower(d.recipient) = lower(%(recipient)s)")
        params["recipient"] = wanted.recipient
    source = f"from deliveries d left join tickets t on t.id = d.ticket_id where {' and '.join(found)}"
    rows = await read.all(
        f"select {_ROW} {source} order by d.id desc limit %(limit)s offset %(offset)s", params, DeliveryRow
    )
    total = await read.value(f"select count(*) from (select 1 {source} limit %(cap)s) counted", params)
    return DeliveryPage(rows, pagination(total, page, limit))


async def get_delivery(read: Read, delivery_id: int) -> Delivery:
    """One delivery with its tries. Raises NotFound when there is none, or its ticket is not the reader's to see."""
    visible, params = visible_tickets(read.actor)
    rows = await read.dicts(
        f"""
        select {_ROW}, d.payload, '[]'::jsonb as attempts
        from deliveries d left join tickets t on t.id = d.ticket_id
        where d.id = %(id)s and (d.ticket_id is null or {visible})
        """,
        params | {"id": delivery_id},
    )
    if not rows:
        raise NotFound("delivery.not_found", "There is no such delivery.")
    attempts = await read.all(
        f"""
        select attempt, outcome, status_code, response, latency_ms, attempted_at
        from delivery_attempts where delivery_id = %(id)s order by attempt limit {MAX_ATTEMPTS}
        """,
        {"id": delivery_id},
        DeliveryAttempt,
    )
    return msgspec.structs.replace(msgspec.convert(rows[0], Delivery), attempts=attempts)


async def get_statistics(read: Read, *, days: int, webhook_id: int | None = None) -> DeliveryStatistics:
    """Figures of the messages made in the last `days` days, of one webhook or of all that goes out."""
    params = {"since": read.now - timedelta(days=days), "webhook_id": webhook_id}
    channels = await read.all(sql("deliveries/statistics"), params, ChannelFigures)
    reasons = await read.dicts(
        """
        select reason, count(*) as count from deliveries
        where created_at >= %(since)s and status = 'suppressed' and reason is not null
          and (%(webhook_id)s::bigint is null or webhook_id = %(webhook_id)s)
        group by reason order by count desc, reason
        """,
        params,
    )
    oldest = await read.value(
        """
        select min(created_at) from deliveries
        where status = 'waiting' and (%(webhook_id)s::bigint is null or webhook_id = %(webhook_id)s)
        """,
        params,
    )
    return DeliveryStatistics(days, channels, {row["reason"]: row["count"] for row in reasons}, oldest)


async def is_delivery_due(read: Read, *, overdue_seconds: int = 0) -> bool:
    """Whether something has waited for its try for longer than that; one indexed question."""
    return bool(
        await read.value(
            "select exists (select from deliveries where status = 'waiting' and next_try_at <= %(before)s)",
            {"before": read.now - timedelta(seconds=overdue_seconds)},
        )
    )


async def list_known_keys(read: Read, keys: Sequence[str]) -> set[str]:
    """Which of these dedupe keys a delivery has already."""
    found = "select distinct dedupe_key from deliveries where dedupe_key = any(%(keys)s)"
    return set(await read.values(found, {"keys": list(keys)}))


async def list_tickets_of_messages(read: Read, message_ids: Sequence[UUID]) -> list[int]:
    """Tickets that our own e-mails of these ids were about, in the order of the ids."""
    return await read.values(
        """
        select d.ticket_id from unnest(%(ids)s::uuid[]) with ordinality as m (id, n)
        join deliveries d on d.message_id = m.id
        where d.ticket_id is not null and d.channel = 'email' order by m.n
        """,
        {"ids": list(message_ids)},
    )
