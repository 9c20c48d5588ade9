"""Webhooks against a receiver that fails: at least once, signed, given up in time, never with words."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from api.actor import SYSTEM
from api.clock import now
from api.db import Database
from api.deliveries.commands import replay_dead
from api.deliveries.queries import get_delivery
from api.deliveries.rules import LEASE_SECONDS, MAX_TRIES
from api.errors import Invalid
from api.outgoing import TOTAL_SECONDS
from api.reactions import open_tx
from api.settings import Settings
from api.webhooks.commands import create_webhook, update_webhook
from api.webhooks.commands import test_webhook as send_test
from api.webhooks.wire import CreatedWebhook, NewWebhook, WebhookPatch
from api.worker import Worker, sending
from tests.acting import Acting
from tests.receivers import Receiver, receiving
from tests.serving import ROOT
from tests.worlds import World


class Hooked:
    """A world with an endpoint in it, a worker, and a clock that stands at the test's begin until it is moved on."""

    def __init__(self, db: Database, world: World, settings: Settings) -> None:
        self.db, self.world, self.begun, self.ahead = db, world, now(), timedelta()
        world.now = self.begun - timedelta(hours=1)
        self.acting = Acting(db, world)
        self.worker = Worker(db, settings, self.clock)

    def clock(self) -> datetime:
        return self.begun + self.ahead

    async def hook(self, receiver: Receiver, *events: str, **fields: Any) -> CreatedWebhook:
        data = NewWebhook(name="Orders", url=receiver.url, events=list(events or ("*",)), **fields)
        return await self.acting.do("admin", create_webhook, data)

    async def statuses(self) -> list[tuple[Any, ...]]:
        async with self.db.open_read(SYSTEM, self.clock()) as read:
            rows = await read.dicts(
                "select kind, status, reason, attempt_count from deliveries where channel = 'webhook' order by id"
            )
        return [tuple(row.values()) for row in rows]


@pytest.fixture
async def hooked(db: Database, world: World, settings: Settings, database_url: str) -> Hooked:
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('allowed_webhook_hosts', '[\"127.0.0.1\"]', %s)",
            [world.now],
        )
    return Hooked(db, world, settings)


async def test_a_receiver_that_fails_five_times_gets_it_the_sixth(hooked: Hooked) -> None:
    async with receiving(500, "close", 503, 404, "redirect", 200) as receiver:
        made = await hooked.hook(receiver, "ticket.created", headers={"Authorization": "Bearer x"})
        ticket_id = await hooked.acting.opened()
        for tries in range(1, 7):
            await hooked.worker.drain()
            assert await hooked.worker.drain() == 0, "a failure waits"
            status = "sent" if tries == 6 else "waiting"
            assert await hooked.statuses() == [("ticket.created", status, None, tries)]
            hooked.ahead += timedelta(hours=6)
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
    assert {call.headers["authorization"] for call in receiver.calls} == {"Bearer x"}
    payload = receiver.calls[0].verified(made.secret)
    assert (payload["type"], payload["data"]["ticket"]["id"]) == ("ticket.created", ticket_id)
    async with hooked.db.open_read(SYSTEM, now()) as read:
        delivery = await get_delivery(read, await read.value("select id from deliveries where channel = 'webhook'"))
    assert [each.status_code for each in delivery.attempts] == [500, None, 503, 404, 302, 200]


async def test_no_words_and_no_addresses_leave_by_a_webhook(hooked: Hooked) -> None:
    async with receiving() as receiver:
        await hooked.hook(receiver)
        await hooked.acting.opened(subject="Zebra", description="Quagga")
        await hooked.worker.drain()
    told = b"".join(call.body for call in receiver.calls).lower()
    assert b"ticket.created" in told and b"sla.applied" in told
    assert not any(word in told for word in (b"zebra", b"quagga", b"sha256", b"@example.com"))


async def test_only_what_was_asked_for_is_told_and_nothing_while_it_is_off(hooked: Hooked) -> None:
    async with receiving() as receiver:
        made = await hooked.hook(receiver, "ticket.created")
        await hooked.acting.opened()
        await hooked.worker.drain()
        await hooked.acting.do("admin", update_webhook, made.id, WebhookPatch(is_active=False))
        await hooked.acting.opened()
        await hooked.worker.drain()
    assert [msgspec.json.decode(call.body)["type"] for call in receiver.calls] == ["ticket.created"]


async def test_after_the_last_try_it_is_dead_and_can_be_replayed_under_the_same_id(hooked: Hooked) -> None:
    async with receiving(500) as receiver:
        made = await hooked.hook(receiver, "ticket.created")
        await hooked.acting.opened()
        for _ in range(MAX_TRIES + 2):
            await hooked.worker.drain()
            hooked.ahead += timedelta(hours=6)
        assert await hooked.statuses() == [("ticket.created", "dead", "gave_up", MAX_TRIES)]
        receiver.answers = [200]
        assert await hooked.acting.do("admin", replay_dead, made.id) == 1
        await hooked.worker.drain()
    assert await hooked.statuses() == [("ticket.created", "sent", None, MAX_TRIES + 1)]
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1


async def test_an_endpoint_that_fails_for_days_is_switched_off_and_says_so(hooked: Hooked) -> None:
    async with receiving(500) as receiver:
        await hooked.hook(receiver, "ticket.created")
        for _ in range(4):
            await hooked.acting.opened()
            await hooked.worker.drain()
            hooked.ahead += timedelta(days=1)
        async with hooked.db.open_read(SYSTEM, hooked.clock()) as read:
            state = await read.dicts("select is_active, disabled_reason from webhooks")
            events = await read.values(
                "select new_values ->> 'reason' from audit_logs where action = 'webhook.disabled'"
            )
    assert state == [{"is_active": False, "disabled_reason": "failing"}]
    assert events == ["failing"]


async def test_gone_means_gone(hooked: Hooked) -> None:
    async with receiving(410) as receiver:
        await hooked.hook(receiver, "ticket.created")
        await hooked.acting.opened()
        await hooked.worker.drain()
        await hooked.acting.opened()
        hooked.ahead += timedelta(days=1)
        await hooked.worker.drain()
    assert await hooked.statuses() == [("ticket.created", "dead", "gone", 1)]
    assert len(receiver.calls) == 1


async def test_a_commit_wakes_the_worker(hooked: Hooked, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.worker.POLL_SECONDS", 3600)
    async with receiving() as receiver, sending(hooked.db, settings, now):
        await hooked.hook(receiver, "ticket.created")
        await hooked.acting.opened()
        await asyncio.wait_for(receiver.arrived.wait(), 30)
    assert len(receiver.calls) == 1


async def test_receivers_that_hang_hold_nobody_else_up(hooked: Hooked, settings: Settings) -> None:
    async with receiving("hang") as bad, receiving() as good, sending(hooked.db, settings, now):
        await hooked.hook(bad, "ticket.created")
        for _ in range(20):
            await hooked.acting.opened()
        await asyncio.sleep(0.5)
        await hooked.hook(good, "ticket.created")
        await hooked.acting.opened()
        await asyncio.wait_for(good.arrived.wait(), TOTAL_SECONDS / 2)
        assert len(bad.calls) < 16


@pytest.mark.timeout(60)
async def test_a_worker_killed_while_sending_leads_to_another_call_with_the_same_id(
    hooked: Hooked, settings: Settings
) -> None:
    async with receiving("hang", 200) as receiver:
        await hooked.hook(receiver, "ticket.created")
        await hooked.acting.opened()
        env = os.environ | {"REDRESS_HOME": str(settings.home), "REDRESS_DATABASE_URL": settings.database_url}
        command = (sys.executable, "-m", "api.cli.main", "worker")
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env)
        try:
            await asyncio.wait_for(receiver.arrived.wait(), 30)
        finally:
            process.kill()
            await process.wait()
        await hooked.worker.drain()
        assert len(receiver.calls) == 1, "its lease still holds"
        hooked.ahead = now() - hooked.begun + timedelta(seconds=LEASE_SECONDS)
        await hooked.worker.drain()
    first, second = receiver.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
    assert await hooked.statuses() == [("ticket.created", "sent", None, 2)]


async def test_a_test_event_arrives_signed(hooked: Hooked) -> None:
    async with receiving() as receiver:
        made = await hooked.hook(receiver, "ticket.created")
        await hooked.acting.do("admin", send_test, made.id)
        await hooked.worker.drain()
    assert receiver.calls[0].verified(made.secret)["type"] == "webhook.test"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://10.0.0.1/x"),
        ("url", "http://0xa.1/x"),
        ("url", "file:///etc/passwd"),
        ("events", ["auth.logged_in"]),
        ("events", ["ticket.imagined"]),
        ("headers", {"Host": "x"}),
        ("headers", {"X-A": "b\r\nX-C: d"}),
        ("headers", {"webhook-id": "x"}),
        ("secret", "whsec_short"),
    ],
)
async def test_what_cannot_be_called_or_told_is_refused_by_name(hooked: Hooked, field: str, value: Any) -> None:
    data = NewWebhook(name="x", url="https://example.com/hook", events=["*"])
    with pytest.raises(Invalid) as refused:
        await hooked.acting.do("admin", create_webhook, msgspec.structs.replace(data, **{field: value}))
    assert refused.value.extra["field"] == field


async def test_a_secret_is_shown_once_and_never_logged(
    client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]], db: Database, world: World
) -> None:
    admin = await sign_in("admin")
    body = {
        "name": "x",
        "url": "https://example.com/h?token=t0psecret",
        "events": ["*"],
        "headers": {"X-Key": "hidden"},
    }
    made = (await client.post("/api/webhooks", json=body, headers=admin)).json()
    path = f"/api/webhooks/{made['id']}"
    answers = [await client.get(path, headers=admin), await client.get("/api/webhooks", headers=admin)]
    answers += [await client.patch(f"{path}/toggle", headers=admin)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any(made["secret"] in answer.text or "hidden" in answer.text for answer in answers)
    async with open_tx(db, SYSTEM, world.now) as tx:
        logged = str(await tx.dicts("select * from audit_logs where entity_type = 'webhook'"))
    assert "webhook.created" in logged and "webhook.updated" in logged
    assert not any(word in logged for word in (made["secret"], "hidden", "t0psecret"))
