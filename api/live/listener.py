"""One connection, as the rest of its process sees it: who it is, what it listens to, what waits to be sent to it."""

import asyncio

import msgspec

from api.actor import Actor
from api.live.rules import audience_of
from api.live.wire import Outgoing

MAX_WAITING = 1_000
"""Messages. They are shared between the connections they go to, so that one that waits costs eight bytes."""

STOPPING, TOO_SLOW, SIGNED_OUT = 1012, 1013, 4401

_encode = msgspec.json.Encoder().encode


def text_of(message: Outgoing) -> str:
    """The message as it is sent; made once for all who get it."""
    return _encode(message).decode()


class Listener:
    """`credential` is a session's id or an API token's SHA-256: what is checked again while the connection lasts."""

    __slots__ = ("_held", "_waiting", "actor", "audience", "close_code", "credential", "ended", "topics")

    def __init__(self, actor: Actor, credential: int | bytes) -> None:
        self.topics: set[str] = set()
        self.ended = asyncio.Event()
        self.close_code = 1000
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MAX_WAITING)
        self._held: list[str] | None = None
        self.credential = credential
        self.become(actor)

    def become(self, actor: Actor) -> None:
        """The same person, whose role, teams or settings may have changed."""
        self.actor, self.audience = actor, audience_of(actor)

    def put(self, text: str) -> None:
        """Send this after all before it. Who lets more than MAX_WAITING pile up is cut off, instead of holding memory."""
        if self._held is None:
            self._put(text)
        elif len(self._held) < MAX_WAITING:
            self._held.append(text)
        else:
            self.end(TOO_SLOW)

    def hold(self) -> None:
        """Keep back what happens from now on, until what happened before has been put."""
        self._held = []

    def release(self, *first: str) -> None:
        """Put `first`, and then all that was kept back."""
        held, self._held = self._held or [], None
        for text in (*first, *held):
            self._put(text)

    def end(self, code: int) -> None:
        """Close the connection, for the reason that comes first."""
        if not self.ended.is_set():
            self.close_code = code
            self.ended.set()

    async def next(self) -> str:
        """What is to be sent next, once there is something."""
        return await self._waiting.get()

    def _put(self, text: str) -> None:
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.end(TOO_SLOW)
