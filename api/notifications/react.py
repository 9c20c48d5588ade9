"""Tell people, in the transaction of what happened: inside the app at once, by e-mail and in browsers through the queue."""

from collections.abc import Sequence
from datetime import time
from typing import Literal

import msgspec

from api.db import sql
from api.deliveries.commands import NewDelivery, enqueue
from api.events.catalogue import Event, PasswordResetRequested, WebhookDisabled
from api.events.tx import Tx
from api.notifications.queries.push import IS_LIVE
from api.notifications.rules.choices import GROUP_SECONDS, GROUPED, Channel, QuietHours, Silence, silence
from api.notifications.rules.notices import Notice, notices
from api.notifications.rules.words import RESET

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
    chosen_email: bool | None
    chosen_push: bool | None
    starts_at: time | None
    ends_at: time | None
    weekdays: list[int]
    browser_ids: list[int]


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """One statement for all notices of the batch, and one for the e-mails and pushes that follow from them."""
    told = [notice for event in events for notice in notices(event)]
    if told:
        params: dict[str, object] = {field: [getattr(notice, field) for notice in told] for field in _FIELDS}
        named = [msgspec.json.encode(notice.user_ids).decode() for notice in told]
        params |= {"user_ids": named, "now": tx.now, "actor_id": tx.actor.id}
        people = await tx.all(sql("notifications/tell").replace("/*live*/", IS_LIVE), params, _Told)
        await enqueue(tx, [message for person in people for message in (*_mails(tx, person), *_pushes(tx, person))])
    await _send_resets(tx, [event for event in events if isinstance(event, PasswordResetRequested)])
    await _tell_administrators(tx, [event for event in events if isinstance(event, WebhookDisabled)])


def _mails(tx: Tx, person: _Told) -> list[NewDelivery]:
    reason = _silence(tx, person, "email", person.chosen_email)
    if reason == "off":
        return []
    is_grouped = reason is None and person.topic in GROUPED
    return [
        NewDelivery(
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
    ]


def _pushes(tx: Tx, person: _Told) -> list[NewDelivery]:
    """One for each browser, at once: there a message replaces the one before it. Nobody is told what they did themselves."""
    reason = _silence(tx, person, "push", person.chosen_push)
    if reason == "off" or person.user_id == tx.actor.id:
        return []
    return [
        NewDelivery(
            channel="push",
            kind=person.topic,
            reason=reason,
            event_id=person.event_id,
            ticket_id=person.ticket_id,
            user_id=person.user_id,
            payload={"subscription_id": browser_id},
            dedupe_key=f"push:{browser_id}:{person.event_id}",
        )
        for browser_id in person.browser_ids
    ]


def _silence(tx: Tx, person: _Told, channel: Channel, chosen: bool | None) -> Silence | Literal["off"] | None:
    quiet = QuietHours(starts_at=person.starts_at, ends_at=person.ends_at, weekdays=tuple(person.weekdays))
    return silence(
        person.topic,
        channel,
        person.role,
        chosen=chosen,
        is_muted=person.is_muted,
        quiet=quiet,
        time_zone=person.time_zone,
        now=tx.now,
    )


async def _send_resets(tx: Tx, events: Sequence[Event]) -> None:
    """A link goes to whom it is for; the token in it is made when it is sent, and lies nowhere before that."""
    asked = {event.entity_id: event.id for event in events if event.entity_id is not None}
    if asked:
        people = await tx.dicts(
            "select id, email from users where id = any(%(ids)s) and is_active", {"ids": list(asked)}
        )
        mails = [
            NewDelivery(
                channel="email",
                kind=RESET,
                event_id=asked[person["id"]],
                user_id=person["id"],
                recipient=person["email"],
            )
            for person in people
        ]
        await enqueue(tx, mails)


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
