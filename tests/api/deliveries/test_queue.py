"""The queue: who takes what, what joins what, and what is written down instead of sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from api.actor import SYSTEM
from api.db import Database
from api.deliveries.commands import Claimed, NewDelivery, claim, enqueue, record, replay_delivery
from api.deliveries.queries import get_delivery, get_statistics
from api.deliveries.rules import LEASE_SECONDS, Attempt, settle
from api.deliveries.sweep import forget_settled
from api.errors import Conflict
from api.reactions import open_tx
from tests.worlds import World

OWN = frozenset({"redress@example.org"})
SENT = Attempt(outcome="sent", status_code=250)


@pytest.fixture
async def queue(db: Database, world: World) -> "Queue":
    return Queue(db, world)


class Queue:
    """The queue as a worker sees it, at the world's instant."""

    def __init__(self, db: Database, world: World) -> None:
        self.db, self.world = db, world

    async def put(self, *deliveries: NewDelivery) -> None:
        async with open_tx(self.db, SYSTEM, self.world.now) as tx:
            await enqueue(tx, deliveries)

    async def take(self, batch: int = 100, busy: Sequence[int] = ()) -> list[Claimed]:
        async with open_tx(self.db, SYSTEM, self.world.now) as tx:
            return await claim(tx, batch=batch, busy_webhook_ids=busy, own_addresses=OWN)

    async def note(self, delivery: Claimed, attempt: Attempt = SENT) -> None:
        async with open_tx(self.db, SYSTEM, self.world.now) as tx:
            await record(tx, delivery, attempt, settle(attempt, delivery.tries, 0), 5)

    async def rows(self) -> list[dict[str, Any]]:
        async with self.db.open_read(SYSTEM, self.world.now) as read:
            return await read.dicts("select * from deliveries order by id")


def mail(to: str = "john@example.com", **fields: Any) -> NewDelivery:
    return NewDelivery(channel="email", kind="comment_added", recipient=to, **fields)


async def test_what_one_worker_takes_no_other_takes(queue: Queue) -> None:
    await queue.put(*(mail(f"p{n}@example.com") for n in range(6)))
    async with open_tx(queue.db, SYSTEM, queue.world.now) as first:
        mine = await claim(first, batch=4, busy_webhook_ids=(), own_addresses=OWN)
        theirs = await queue.take()
    assert len(mine) == 4 and len(theirs) == 2
    assert not {row.id for row in mine} & {row.id for row in theirs}
    assert not await queue.take()


async def test_who_dies_with_a_delivery_leaves_it_to_the_next_under_the_same_id(queue: Queue) -> None:
    await queue.put(mail())
    (lost,) = await queue.take()
    queue.world.later(seconds=LEASE_SECONDS - 1)
    assert not await queue.take()
    queue.world.later(seconds=1)
    (again,) = await queue.take()
    assert (again.message_id, again.attempt) == (lost.message_id, 2)
    await queue.note(again)
    await queue.note(lost, Attempt(outcome="failed"))
    assert [row["status"] for row in await queue.rows()] == ["sent"], "who comes back late does not undo it"


async def test_messages_of_one_group_are_one_until_the_first_try(queue: Queue) -> None:
    def said(event_id: int) -> NewDelivery:
        return mail(event_id=event_id, group_key="u1:t1", delay_seconds=60)

    await queue.put(said(1), said(2))
    await queue.put(said(3))
    assert not await queue.take(), "it waits for more"
    queue.world.later(seconds=60)
    (claimed,) = await queue.take()
    assert claimed.event_ids == [1, 2, 3]
    await queue.put(said(4))
    assert [row["event_ids"] for row in await queue.rows()] == [[1, 2, 3], [4]]


async def test_what_is_not_sent_is_a_row_with_its_reason(queue: Queue) -> None:
    await queue.put(
        mail(dedupe_key="e1"),
        mail(dedupe_key="e1"),
        mail("redress+x@example.org"),
        mail("postmaster@example.com"),
        mail(reason="quiet_hours"),
    )
    (claimed,) = await queue.take()
    await queue.note(claimed)
    found = [(row["status"], row["reason"]) for row in await queue.rows()]
    assert found == [
        ("sent", None),
        ("suppressed", "duplicate"),
        ("suppressed", "own_address"),
        ("suppressed", "null_sender"),
        ("suppressed", "quiet_hours"),
    ]


async def test_an_address_gets_no_more_than_the_limit_within_an_hour(queue: Queue, database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('mail_limit_per_recipient', '3', %s)",
            [queue.world.now],
        )
    await queue.put(*(mail() for _ in range(5)), mail("jane@example.com"))
    claimed = await queue.take()
    assert [row.recipient for row in claimed] == ["john@example.com"] * 3 + ["jane@example.com"]
    for row in claimed:
        await queue.note(row)
    await queue.put(mail("John@example.com"))
    assert not await queue.take()
    queue.world.later(hours=1, seconds=1)
    await queue.put(mail())
    assert len(await queue.take()) == 1
    assert [row["reason"] for row in await queue.rows()].count("recipient_limit") == 3


async def test_a_replay_starts_anew_and_keeps_every_attempt(queue: Queue) -> None:
    await queue.put(mail())
    (claimed,) = await queue.take()
    await queue.note(claimed, Attempt(outcome="failed", response="550 no such box", is_final=True, reason="refused"))
    async with open_tx(queue.db, queue.world.actor("admin"), queue.world.later(minutes=1)) as tx:
        await replay_delivery(tx, claimed.id)
        with pytest.raises(Conflict):
            await replay_delivery(tx, claimed.id)
    (again,) = await queue.take()
    assert (again.message_id, again.tries, again.attempt) == (claimed.message_id, 1, 2)
    await queue.note(again)
    async with queue.db.open_read(queue.world.actor("admin"), queue.world.now) as read:
        delivery = await get_delivery(read, claimed.id)
        figures = (await get_statistics(read, days=1)).channels
    assert [(each.outcome, each.response) for each in delivery.attempts] == [
        ("failed", "550 no such box"),
        ("sent", None),
    ]
    assert (delivery.status, delivery.reason) == ("sent", None)
    assert [(each.channel, each.sent, each.attempts, each.failed_attempts) for each in figures] == [("email", 1, 2, 1)]


async def test_a_hanging_receiver_is_passed_over(queue: Queue) -> None:
    async with open_tx(queue.db, SYSTEM, queue.world.now) as tx:
        webhook_id = await tx.value(
            "insert into webhooks (name, url, events, secret, created_at, updated_at) "
            "values ('x', 'https://example.com', '{}', 's', %(now)s, %(now)s) returning id",
            {"now": tx.now},
        )
    await queue.put(NewDelivery(channel="webhook", kind="ticket.created", webhook_id=webhook_id), mail())
    assert [row.channel for row in await queue.take(busy=[webhook_id])] == ["email"]


async def test_settled_deliveries_are_forgotten_in_time_and_waiting_ones_never(queue: Queue) -> None:
    await queue.put(mail(reason="muted"), mail())
    async with open_tx(queue.db, SYSTEM, queue.world.now + timedelta(days=91)) as tx:
        assert await forget_settled(tx) == 1
    assert [row["status"] for row in await queue.rows()] == ["waiting"]
