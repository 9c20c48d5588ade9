"""Web Push: a browser reads what is meant for it and nobody else does, until it is gone or its person is."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import http_ece
import httpx
import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.notifications.commands.choices import update_notification_preferences
from api.notifications.wire import PreferencesPatch
from api.servers.stores import new_push_key
from api.settings import Settings
from api.worker import Worker
from tests.acting import Acting
from tests.receivers import Receiver, receiving
from tests.worlds import World

PUSH = "/api/notifications/push"
Headers = Callable[[str], Awaitable[dict[str, str]]]


class Browser:
    """What a browser keeps of its subscription, and what it makes of what arrives."""

    def __init__(self, url: str) -> None:
        self.url, self.auth = url, b"sixteen secret b"
        self.key = ec.generate_private_key(ec.SECP256R1())

    def subscription(self, **fields: Any) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": urlsafe_b64encode(point).decode(), "auth": urlsafe_b64encode(self.auth).decode()}
        return {"endpoint": self.url, "keys": keys, "name": "Firefox, Linux"} | fields

    def read(self, body: bytes) -> dict[str, Any]:
        return msgspec.json.decode(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        )


class Pushing(Acting):
    """Acting, over HTTP too, with a worker that sends what is due by the world's clock."""

    def __init__(self, db: Database, world: World, settings: Settings, client: httpx.AsyncClient, headers: Headers):
        super().__init__(db, world)
        self.client, self.headers = client, headers
        self.worker = Worker(db, settings, lambda: world.now)

    async def browser(self, receiver: Receiver, who: str = "agent") -> Browser:
        """A browser in which that person is told from now on."""
        made = Browser(receiver.url)
        answer = await self.client.post(PUSH, json=made.subscription(), headers=await self.headers(who))
        assert answer.status_code == 201, answer.text
        return made

    async def told(self) -> list[tuple[str, str, str | None]]:
        """(topic, status, reason) of every push so far, all that is due having been sent."""
        await self.worker.drain()
        async with self.db.open_read(self.world.actor("system"), self.world.now) as read:
            rows = await read.dicts("select kind, status, reason from deliveries where channel = 'push' order by id")
        return [(row["kind"], row["status"], row["reason"]) for row in rows]

    async def assigned(self) -> int:
        """A new ticket, which goes to the agent."""
        return await self.opened(category_id=self.world.category)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, push_key=new_push_key(), is_worker_in_api=False)


@pytest.fixture
def pushing(
    db: Database, world: World, settings: Settings, client: httpx.AsyncClient, sign_in: Headers, database_url: str
) -> Pushing:
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('allowed_webhook_hosts', '[\"127.0.0.1\"]', %s)",
            [world.now],
        )
    return Pushing(db, world, settings, client, sign_in)


async def test_a_browser_reads_what_it_is_sent_and_knows_who_sent_it(pushing: Pushing) -> None:
    async with receiving(201) as receiver:
        browser = await pushing.browser(receiver)
        ticket = await pushing.seen("agent", await pushing.assigned())
        assert await pushing.told() == [("assigned", "sent", None)]
    (call,) = receiver.calls
    assert browser.read(call.body) == {
        "title": f"{ticket.number} · Router drops",
        "body": "This ticket is yours now.",
        "tag": ticket.number,
        "url": f"http://localhost:8000/tickets/{ticket.number}",
        "language": "en",
    }
    assert (call.headers["content-encoding"], call.headers["urgency"]) == ("aes128gcm", "normal")
    assert Vapid02.verify(call.headers["authorization"])
    key = (await pushing.client.get(PUSH, headers=await pushing.headers("agent"))).json()["public_key"]
    assert call.headers["authorization"].endswith(f"k={key}")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(pushing: Pushing, status: int) -> None:
    async with receiving(status) as receiver:
        await pushing.browser(receiver)
        await pushing.assigned()
        assert await pushing.told() == [("assigned", "dead", "gone")]
        await pushing.assigned()
        assert len(await pushing.told()) == 1
    listed = await pushing.client.get(PUSH, headers=await pushing.headers("agent"))
    assert listed.json()["subscriptions"] == []


async def test_a_push_service_that_fails_is_asked_again(pushing: Pushing) -> None:
    async with receiving(503, 201) as receiver:
        await pushing.browser(receiver)
        await pushing.assigned()
        assert await pushing.told() == [("assigned", "waiting", None)]
        pushing.world.now += timedelta(minutes=1)
        assert await pushing.told() == [("assigned", "sent", None)]


async def test_people_choose_what_they_are_told_and_when_they_want_quiet(pushing: Pushing) -> None:
    async def choose(**patch: Any) -> None:
        await pushing.do("agent", update_notification_preferences, msgspec.convert(patch, PreferencesPatch))

    async with receiving(201) as receiver:
        await pushing.browser(receiver)
        await choose(choices=[{"topic": "assigned", "push": False}, {"topic": "customer_replied", "email": False}])
        ticket = await pushing.assigned()
        await pushing.do("customer", add_comment, ticket, NewComment(comment="And now?"))
        told = [("assigned", "suppressed", "unsubscribed"), ("customer_replied", "sent", None)]
        assert await pushing.told() == told
        await choose(quiet={"starts_at": "00:00", "ends_at": "23:59"})
        await pushing.do("customer", add_comment, ticket, NewComment(comment="Hello?"))
        assert await pushing.told() == [*told, ("customer_replied", "suppressed", "quiet_hours")]
        assert len(receiver.calls) == 1


async def test_nobody_is_told_in_a_browser_they_left(pushing: Pushing) -> None:
    async with receiving(201) as receiver:
        browser = Browser(receiver.url)
        agent, lead = await pushing.headers("agent"), await pushing.headers("lead")
        await pushing.client.post(PUSH, json=browser.subscription(), headers=agent)
        await pushing.client.post("/api/auth/logout", headers=agent)
        await pushing.assigned()
        assert await pushing.told() == [], "they signed out"
        taken = await pushing.client.post(PUSH, json=browser.subscription(), headers=lead)
        others = await pushing.client.delete(f"{PUSH}/{taken.json()['id']}", headers=await pushing.headers("agent"))
        assert others.status_code == 404
        await pushing.assigned()
        assert await pushing.told() == [], "somebody else uses it now"
        own = await pushing.client.delete(f"{PUSH}/{taken.json()['id']}", headers=lead)
        assert own.status_code == 204
    assert receiver.calls == []


async def test_of_many_browsers_the_last_ten_are_told(pushing: Pushing) -> None:
    async with receiving(201) as receiver:
        headers = await pushing.headers("agent")
        for n in range(12):
            browser = Browser(f"{receiver.url}/{n}").subscription(name=str(n))
            await pushing.client.post(PUSH, json=browser, headers=headers)
        again = await pushing.client.post(PUSH, json=browser, headers=headers)
        assert again.status_code == 201
        kept = (await pushing.client.get(PUSH, headers=headers)).json()["subscriptions"]
        assert [each["name"] for each in kept] == [str(n) for n in range(11, 1, -1)]
        await pushing.assigned()
        assert len(await pushing.told()) == 10


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"endpoint": "https://10.0.0.1/push"}, "endpoint"),
        ({"endpoint": "file:///etc/passwd"}, "endpoint"),
        ({"keys": {"p256dh": "A" * 87, "auth": "A" * 22}}, "keys"),
        ({"keys": {"p256dh": "A" * 20, "auth": "A" * 16}}, "keys"),
    ],
)
async def test_what_is_no_browser_is_refused_by_name(pushing: Pushing, fields: dict[str, Any], field: str) -> None:
    data = Browser("https://push.example.com/x").subscription(**fields)
    answer = await pushing.client.post(PUSH, json=data, headers=await pushing.headers("agent"))
    assert (answer.status_code, answer.json()["field"]) == (422, field)
