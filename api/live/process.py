"""What goes on in the background of an API process: announce, follow the log, check who is still signed in, beat."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import psycopg
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from api import log
from api.actor import SYSTEM, Actor
from api.auth.queries import list_by_sessions, list_by_tokens
from api.clock import Clock
from api.db import Database, Read
from api.events.catalogue import Event
from api.events.readers import committed_after, settled_end
from api.live.hub import Hub, tickets_of
from api.live.listener import SIGNED_OUT, STOPPING, Listener
from api.live.queries import announcements_of, list_visible_ids
from api.live.relay import Relay
from api.live.wire import Heartbeat
from api.settings import Settings
from api.tasks import end

HEARTBEAT_SECONDS = 20
FOLLOW_SECONDS = 1.0
CHECK_SECONDS = 2.0
"""A revoked session is cut within this and a statement; five seconds are promised."""

BATCH = 50
"""Events told in one go; the loop does other things in between."""
PAGE, MAX_PAGES = 1_000, 10
MAX_UNTOLD = 10_000
"""Of a flood of commits, so many wait to be announced; the log tells the rest."""

_log = log.get("live")


class Live:
    """The live part of one process; `hub.listeners` are its open connections."""

    def __init__(self, db: Database, redis: "Redis", clock: Clock) -> None:
        self.db, self.redis, self.clock = db, redis, clock
        self.hub = Hub()
        self.relay = Relay(redis, self.hub)
        self._untold: deque[Event] = deque(maxlen=MAX_UNTOLD)
        self._has_untold = asyncio.Event()
        self._position = asyncio.Lock()

    def note(self, events: Sequence[Event]) -> None:
        """These were committed: announce them as soon as the loop comes to it."""
        self._untold.extend(events)
        self._has_untold.set()

    async def enter(self, listener: Listener) -> None:
        """A connection is open. The first one wakes what had nobody to work for."""
        self.hub.listeners.add(listener)
        self.relay.is_listened_to.set()
        async with self._position:
            if self.hub.position is None:
                async with self.reading(SYSTEM) as read:
                    self.hub.position = await settled_end(read)

    @asynccontextmanager
    async def reading(self, actor: Actor) -> AsyncGenerator[Read]:
        """A read handle, as of now."""
        async with self.db.open_read(actor, self.clock()) as read:
            yield read

    async def announce(self) -> None:
        """Tell everybody what this process commits: one statement for all that came together."""
        while True:
            await self._has_untold.wait()
            self._has_untold.clear()
            events = [self._untold.popleft() for _ in range(len(self._untold))]
            if await self.relay.has_audience():
                async with self.reading(SYSTEM) as read:
                    announcements = await announcements_of(read, events)
                for start in range(0, len(announcements), BATCH):
                    await self.relay.send(announcements[start : start + BATCH])

    async def follow(self) -> None:
        """Tell the connections here what the log holds and nobody told them; and move on the position they are given."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            async with self._position:
                if self.hub.listeners:
                    await self._follow()
                else:
                    self.hub.position = None

    async def check(self) -> None:
        """Cut off whoever is signed out or deactivated by now; take topics from whoever lost the right to see them."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if self.hub.listeners:
                await self._check()

    async def beat(self) -> None:
        """Let clients know that the connection is alive, and what they need not ask for again."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.hub.tell_all(Heartbeat(position=self.hub.settled))

    async def _follow(self) -> None:
        for _ in range(MAX_PAGES):
            async with self.reading(SYSTEM) as read:
                committed = await committed_after(read, self.hub.settled, PAGE)
                rows = [row for row in committed if row.is_settled]
                untold = await announcements_of(read, [row for row in rows if not self.hub.was_told(row.id)])
            for start in range(0, len(untold), BATCH):
                self.hub.tell(untold[start : start + BATCH])
                await asyncio.sleep(0)
            if rows:
                self.hub.position = rows[-1].position
            if len(rows) < PAGE:
                return
        async with self.reading(SYSTEM) as read:
            self.hub.start_anew(await settled_end(read))

    async def _check(self) -> None:
        listeners = list(self.hub.listeners)
        sessions = [each.credential for each in listeners if isinstance(each.credential, int)]
        tokens = [each.credential for each in listeners if isinstance(each.credential, bytes)]
        async with self.reading(SYSTEM) as read:
            valid: dict[int | bytes, Actor] = {}
            valid |= await list_by_sessions(read, sessions) if sessions else {}
            valid |= await list_by_tokens(read, tokens) if tokens else {}
        for listener in listeners:
            actor = valid.get(listener.credential)
            if actor is None:
                listener.end(SIGNED_OUT)
            elif actor != listener.actor:
                listener.become(actor)
                await self._verify(listener)

    async def _verify(self, listener: Listener) -> None:
        held = tickets_of(listener)
        if held:
            async with self.reading(listener.actor) as read:
                seen = set(await list_visible_ids(read, list(held)))
            self.hub.lose(listener, [topic for ticket_id, topic in held.items() if ticket_id not in seen])


@asynccontextmanager
async def open_live(db: Database, settings: Settings, clock: Clock) -> AsyncGenerator[Live]:
    """The live part of this process, announcing what it commits, for as long as the block runs."""
    redis = Redis.from_url(
        settings.redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), retries=0)
    )
    live = Live(db, redis, clock)
    parts = (live.announce, live.relay.listen, live.follow, live.check, live.beat)
    tasks = [asyncio.create_task(_kept_up(part)) for part in parts]
    db.on_commit.append(live.note)
    try:
        yield live
    finally:
        db.on_commit.remove(live.note)
        live.hub.end_all(STOPPING)
        await end(*tasks)
        await redis.aclose()


async def _kept_up(part: Callable[[], Awaitable[None]]) -> None:
    """Run a part until cancelled; what fails is logged, and tried again."""
    while True:
        try:
            await part()
        except (psycopg.Error, OSError) as error:
            _log.warning("live_away", part=part.__name__, error=type(error).__name__)
        except Exception:
            # one batch that cannot be told must not end live updates for good
            _log.exception("live_failed", part=part.__name__)
        await asyncio.sleep(FOLLOW_SECONDS)
