"""Put messages into the queue, take them out, record what came of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from api.db import sql
from api.deliveries.rules import (
    LEASE_SECONDS,
    MAX_TRIES,
    Attempt,
    Channel,
    Facts,
    Limits,
    Reason,
    Settlement,
    refusal,
)
from api.errors import Conflict, NotFound
from api.events.catalogue import DeliveryReplayed
from api.events.tx import Tx
from api.installation.queries import get_settings

LIMIT_WINDOW = timedelta(hours=1)
RESPONSE_LENGTH = 2_000
MAX_REPLAYED = 1_000


class NewDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient. With a `reason` it is not sent, only written down.

    Messages of one `group_key` that come while the first of them still waits are one message, about all their events.
    Of messages with one `dedupe_key` only the first goes out.
    """

    channel: Channel
    kind: str
    reason: Reason | None = None
    event_id: int | None = None
    ticket_id: int | None = None
    user_id: int | None = None
    webhook_id: int | None = None
    recipient: str | None = None
    payload: dict[str, Any] | None = None
    dedupe_key: str | None = None
    group_key: str | None = None
    delay_seconds: int = 0


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that this process sends now. `attempt` numbers all tries, `tries` those since the last replay."""

    id: int
    message_id: str
    channel: Channel
    kind: str
    event_ids: list[int]
    ticket_id: int | None
    user_id: int | None
    webhook_id: int | None
    recipient: str | None
    payload: dict[str, Any] | None
    attempt: int
    tries: int
    created_at: datetime
    is_duplicate: bool
    sent_to_recipient: int
    sent_in_thread: int


async def enqueue(tx: Tx, deliveries: Sequence[NewDelivery]) -> None:
    """Insert them, in one statement; they are sent after commit."""
    if not deliveries:
        return
    columns: dict[str, Any] = {
        field: [getattr(delivery, field) for delivery in deliveries] for field in NewDelivery.__struct_fields__
    }
    columns["payload"] = [
        None if payload is None else msgspec.json.encode(payload).decode() for payload in columns["payload"]
    ]
    await tx.send(sql("deliveries/enqueue"), columns | {"now": tx.now})


async def claim(tx: Tx, *, batch: int, busy_webhook_ids: Sequence[int], own_addresses: frozenset[str]) -> list[Claimed]:
    """Take at most `batch` due deliveries that may go out; those that may not are suppressed here, with the reason.

    A limit counts what has been recorded, and so may be overrun by as many as are being sent at this moment.
    """
    taken = await tx.all(
        sql("deliveries/claim"),
        {
            "now": tx.now,
            "until": tx.now + timedelta(seconds=LEASE_SECONDS),
            "since": tx.now - LIMIT_WINDOW,
            "batch": batch,
            "busy": list(busy_webhook_ids),
        },
        Claimed,
    )
    if not taken:
        return []
    settings = await get_settings(tx)
    limits = Limits(per_recipient=settings.mail_limit_per_recipient, per_thread=settings.mail_limit_per_thread)
    refused: dict[int, Reason] = {}
    going: Counter[tuple[str | None, int | None]] = Counter()
    for row in taken:
        facts = Facts(
            channel=row.channel,
            recipient=row.recipient,
            is_duplicate=row.is_duplicate,
            sent_to_recipient=row.sent_to_recipient + going[row.recipient, None],
            sent_in_thread=row.sent_in_thread + going[row.recipient, row.ticket_id],
        )
        if reason := ("gave_up" if row.tries > MAX_TRIES else refusal(facts, limits, own_addresses)):
            refused[row.id] = reason
        else:
            going.update({(row.recipient, None): 1, (row.recipient, row.ticket_id): 1} if row.recipient else {})
    if refused:
        await tx.run(
            """
            update deliveries d
            set status = case when r.reason = 'gave_up' then 'dead' else 'suppressed' end, reason = r.reason, settled_at = %(now)s
            from unnest(%(ids)s::bigint[], %(reasons)s::text[]) as r (id, reason) where d.id = r.id
            """,
            {"ids": list(refused), "reasons": list(refused.values()), "now": tx.now},
        )
    return [row for row in taken if row.id not in refused]


async def record(tx: Tx, delivery: Claimed, attempt: Attempt, settlement: Settlement, latency_ms: int) -> None:
    """Keep the try, and where it leaves the delivery.

    Who comes back after its lease has run out settles only what succeeded: another worker has the row meanwhile.
    """
    wait = settlement.wait_seconds
    await tx.run(
        """
        with tried as (
            insert into delivery_attempts (delivery_id, attempt, outcome, status_code, response, latency_ms, attempted_at)
            select id, %(attempt)s, %(outcome)s, %(status_code)s, %(response)s, %(latency_ms)s, %(now)s
            from deliveries where id = %(id)s
            on conflict do nothing
        )
        update deliveries
        set status = %(status)s, reason = %(reason)s, next_try_at = coalesce(%(next_try_at)s, next_try_at),
            settled_at = case when %(status)s = 'waiting' then null else %(now)s end,
            payload = coalesce(%(content)s, payload)
        where id = %(id)s and status = 'waiting' and (attempt_count = %(attempt)s or %(status)s in ('sent', 'kept'))
        """,
        {
            "id": delivery.id,
            "attempt": delivery.attempt,
            "outcome": attempt.outcome,
            "status_code": attempt.status_code,
            "response": _storable(attempt.response),
            "latency_ms": latency_ms,
            "status": settlement.status,
            "reason": settlement.reason,
            "next_try_at": None if wait is None else tx.now + timedelta(seconds=wait),
            "content": None if attempt.content is None else msgspec.json.encode(attempt.content).decode(),
            "now": tx.now,
        },
    )


def _storable(text: str | None) -> str | None:
    return None if text is None else text[:RESPONSE_LENGTH].replace("\x00", "")


_REPLAY = """
update deliveries d
set status = 'waiting', reason = null, next_try_at = %(now)s, settled_at = null, replayed_after = d.attempt_count
"""


async def replay_delivery(tx: Tx, delivery_id: int, *, webhook_id: int | None = None) -> None:
    """Send a settled delivery again, under the same message id, with all its tries anew.

    Raises NotFound when there is none (of that webhook), Conflict while it still waits for a try.
    """
    status = await tx.value(
        """
        select status from deliveries
        where id = %(id)s and (%(webhook_id)s::bigint is null or webhook_id = %(webhook_id)s) for update
        """,
        {"id": delivery_id, "webhook_id": webhook_id},
    )
    if status is None:
        raise NotFound("delivery.not_found", "There is no such delivery.")
    if status == "waiting":
        raise Conflict("delivery.waiting", "It is waiting for its next try anyway.")
    await tx.run(_REPLAY + "where d.id = %(id)s", {"id": delivery_id, "now": tx.now})
    await tx.append(DeliveryReplayed(entity_id=delivery_id, new={"status": "waiting"}, old={"status": status}))


async def replay_dead(tx: Tx, webhook_id: int) -> int:
    """Send a webhook's dead deliveries again, at most MAX_REPLAYED, oldest first; returns how many."""
    replayed = await tx.values(
        _REPLAY
        + """
        from (select id from deliveries where webhook_id = %(webhook_id)s and status = 'dead'
              order by id limit %(limit)s for update skip locked) dead
        where d.id = dead.id returning d.id
        """,
        {"webhook_id": webhook_id, "limit": MAX_REPLAYED, "now": tx.now},
    )
    await tx.append(
        *(
            DeliveryReplayed(entity_id=delivery_id, old={"status": "dead"}, new={"status": "waiting"})
            for delivery_id in replayed
        )
    )
    return len(replayed)


async def forget_words(tx: Tx, ticket_ids: Sequence[int], user_id: int | None, address: str | None) -> int:
    """Take recipient, content and answers out of all e-mails and pushes about these tickets, and to this person; what
    still waits is not sent. Returns how many there were."""
    forgotten = await tx.values(
        """
        update deliveries set recipient = null, payload = null,
                              status = case when status = 'waiting' then 'suppressed' else status end,
                              reason = case when status = 'waiting' then 'gone' else reason end,
                              settled_at = coalesce(settled_at, %(now)s)
        where channel <> 'webhook' and (recipient is not null or payload is not null or status = 'waiting')
          and (ticket_id = any(%(ticket_ids)s) or user_id = %(user_id)s or lower(recipient) = %(address)s)
        returning id
        """,
        {"ticket_ids": list(ticket_ids), "user_id": user_id, "address": address, "now": tx.now},
    )
    await tx.run("update delivery_attempts set response = null where delivery_id = any(%(ids)s)", {"ids": forgotten})
    return len(forgotten)
