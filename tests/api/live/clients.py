"""A client of `/ws` as a browser is one, and people who do things over HTTP."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.access.callers import PASSWORD
from tests.api.live.conftest import Site
from tests.worlds import World

PATIENCE_SECONDS = 10


class Client:
    """One connection. It keeps what it was told, and the position it would give after a reconnect."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.position: dict[str, int] = {"tx": 0, "id": 0}
        self.heard: list[dict[str, Any]] = []

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = json.loads(await self.socket.recv())
        self.heard.append(message)
        position = message.get("position")
        if position and (position["tx"], position["id"]) > (self.position["tx"], self.position["id"]):
            self.position = position
        return message

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message that is wanted; the others are heard on the way."""
        while not wanted(message := await self.hear()):
            pass
        return message

    async def until_type(self, kind: str) -> dict[str, Any]:
        return await self.until(lambda message: message["type"] == kind)

    async def until_action(self, action: str, ticket_id: int | None = None) -> dict[str, Any]:
        """The next event with that action, on that ticket if one is named."""
        found: list[dict[str, Any]] = []

        def wanted(message: dict[str, Any]) -> bool:
            found[:] = [
                event
                for event in message.get("events", [])
                if event["action"] == action and ticket_id in (None, event["ticket_id"])
            ]
            return bool(found)

        await self.until(wanted)
        return found[0]

    async def until_event(self, **wanted: int) -> None:
        """Hear on until an event with these values came: `id=`, `entity_id=`."""
        await self.until(lambda message: any(wanted.items() <= event.items() for event in message.get("events", [])))

    async def subscribe(self, *topics: str, position: dict[str, int] | None = None) -> list[str]:
        """Those of the topics that were granted."""
        await self.say(type="subscribe", topics=topics, position=position)
        return (await self.until_type("subscribed"))["topics"]

    async def settle(self) -> None:
        """All that was said before is heard."""
        await self.say(type="ping")
        await self.until_type("pong")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for message in self.heard for event in message.get("events", [])]


class Person:
    """Somebody signed in at one process of the API, over HTTP."""

    def __init__(self, port: int, name: str, world: World) -> None:
        self.world = world
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self.name, self.port, self.token = name, port, ""

    async def sign_in(self) -> "Person":
        login = {"email": f"{self.name}@example.com", "password": PASSWORD}
        self.token = (await self.http.post("/api/auth/login", json=login)).json()["token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        return self

    async def open_ticket(self, **fields: Any) -> int:
        """A ticket of the team, worked on by the agent."""
        complaint = {"subject": "x", "description": "y", "category_id": self.world.category, **fields}
        answer = await self.http.post("/api/tickets", json=complaint)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def comment(self, ticket_id: int, *, is_internal: bool = False) -> int:
        body = {"comment": "Hello", "is_internal": is_internal}
        answer = await self.http.post(f"/api/tickets/{ticket_id}/comments", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    @asynccontextmanager
    async def listening(self, *topics: str, port: int = 0, **options: Any) -> AsyncGenerator[Client]:
        """A connection to that process, or this person's own, signed in by its first message."""
        async with connect(f"ws://127.0.0.1:{port or self.port}/ws", proxy=None, **options) as socket:
            client = Client(socket)
            await client.say(type="authenticate", token=self.token)
            await client.until_type("welcome")
            if topics:
                assert await client.subscribe(*topics) == list(topics)
            yield client


async def person(site: Site, name: str, *, there: bool = False) -> Person:
    """That person of the world, signed in at one of the site's processes."""
    return await Person(site.there if there else site.here, name, site.world).sign_in()
