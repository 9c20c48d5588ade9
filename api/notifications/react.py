"""Tell people, in the transaction of what happened: inside the app at once, by e-mail through the queue."""

from collections.abc import Sequence
from datetime import time

import msgspec

from api.db import sql
from api.deliveries.commands import NewDelivery, enqueue
from api.events.catalogue import Event, WebhookDisabled
from api.events.tx import Tx
from api.notifications.rules.choices import GROUP_SECONDS, GROUPED, QuietHours, silence
from api.notifications.rules.notices import Notice, notices

_FIELDS = [field for field in Notice.__struct_fields__ if field != "user_ids"]


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    user_id: int
    email: str
    role: str
    time_zone: str
    topic: str
    event_id: int
    ticket_id: int
    is_muted: bool
    chosen: bool | None
    starts_at: time | None
    ends_at: time | None
    weekdays: list[int]


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """One statement for all notices of the batch, and one for the e-mails that follow from them."""
    told = [notice for event in events for notice in notices(event)]
    if told:
        params: dict[str, object] = {field: [getattr(notice, field) for notice in told] for field in _FIELDS}
        named = [msgspec.json.encode(notice.user_ids).decode() for notice in told]
        params |= {"user_ids": named, "now": tx.now, "actor_id": tx.actor.id}
        people = await tx.all(sql("notifications/tell"), params, _Told)
        await enqueue(tx, [mail for person in people if (mail := _mail(tx, person)) is not None])
    await _tell_administrators(tx, [event for event in events if isinstance(event, WebhookDisabled)])


def _mail(tx: Tx, person: _Told) -> NewDelivery | None:
    quiet = QuietHours(starts_at=person.starts_at, ends_at=person.ends_at, weekdays=tuple(person.weekdays))
    reason = silence(
        person.topic,
        person.role,
        chosen=person.chosen,
        is_muted=person.is_muted,
        quiet=quiet,
        time_zone=person.time_zone,
        now=tx.now,
    )
    if reason == "off":
        return None
    is_grouped = reason is None and person.topic in GROUPED
    return NewDelivery(
        channel="email",
        kind=person.topic,
        reason=reason,
        event_id=person.event_id,
        ticket_id=person.ticket_id,
        user_id=person.user_id,
        recipient=person.email,
        dedupe_key=f"email:{person.user_id}:{person.event_id}",
        group_key=f"email:{person.user_id}:{person.ticket_id}" if is_grouped else None,
        delay_seconds=GROUP_SECONDS if is_grouped else 0,
    )


async def _tell_administrators(tx: Tx, events: Sequence[Event]) -> None:
    if events:
        await tx.run(
            """
            insert into notifications (user_id, kind, event_id, created_at)
            select u.id, 'webhook_disabled', e.id, %(now)s
            from unnest(%(event_ids)s::bigint[]) as e (id) cross join users u
            where u.role = 'admin' and u.is_active
            on conflict do nothing
            """,
            {"event_ids": [event.id for event in events], "now": tx.now},
        )
