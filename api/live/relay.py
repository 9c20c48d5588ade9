"""From process to process over Redis: quick, and allowed to fail, since each process also follows the log."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api import log
from api.live.hub import Hub
from api.live.rules import Announcement
from api.live.wire import Batch, PresenceChange, Relayed, TicketPresence

RETRY_SECONDS = 1.0
"""So long after a failure Redis is left alone: what comes meanwhile waits for nobody."""
IDLE_SECONDS = 5.0

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Relayed).decode
_log = log.get("live")


class Relay:
    """Tells this process's hub and the others'."""

    def __init__(self, redis: "Redis", hub: Hub) -> None:
        self.redis, self.hub = redis, hub
        # Channels are Redis's, whatever its database: those of another installation on the same server are not ours
        self._channel = f"live:{redis.connection_pool.connection_kwargs.get('db', 0)}"
        self.is_listened_to = asyncio.Event()
        """Set by the first connection; until then nobody here needs to hear from the others."""
        self._origin = secrets.token_hex(8)
        self._away_until = 0.0

    async def send(self, events: Sequence[Announcement]) -> None:
        """Tell everybody of a batch."""
        self.hub.tell(events)
        await self._publish(Batch(self._origin, list(events)))

    async def send_presence(self, presence: TicketPresence) -> None:
        self.hub.tell_presence(presence)
        await self._publish(PresenceChange(self._origin, presence))

    async def has_audience(self) -> bool:
        """Whether any process has connections; what nobody hears need not be made."""
        if self.hub.listeners:
            return True
        if self._is_away():
            return False
        try:
            ((_, count),) = await self.redis.pubsub_numsub(self._channel)
        except (RedisError, OSError) as error:
            self._note_failure(error)
            return False
        return count > 0

    async def listen(self) -> None:
        """Tell this process's connections what the others say, until cancelled; goes on whenever Redis is back."""
        await self.is_listened_to.wait()
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                self._note_failure(error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        async with self.redis.pubsub() as channel:
            await channel.subscribe(self._channel)
            while True:
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=IDLE_SECONDS)
                if message is None:
                    await channel.ping()
                elif message["type"] == "message":
                    self._take(message["data"])

    def _take(self, data: Any) -> None:
        try:
            said = _decode(data)
        except msgspec.MsgspecError:
            # another version of ours, during an update: the log tells it
            _log.warning("unreadable_relay")
            return
        if said.origin == self._origin:
            return
        if isinstance(said, Batch):
            self.hub.tell(said.events)
        else:
            self.hub.tell_presence(said.presence)

    async def _publish(self, said: Relayed) -> None:
        if self._is_away():
            return
        try:
            await self.redis.publish(self._channel, _encode(said))
        except (RedisError, OSError) as error:
            self._note_failure(error)

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _note_failure(self, error: Exception) -> None:
        if not self._is_away():
            _log.warning("redis_away", error=type(error).__name__)
        self._away_until = time.monotonic() + RETRY_SECONDS
