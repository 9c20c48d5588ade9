"""The wiring list: who reacts to an event, in order, and the only way to open a transaction."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import api.notifications.react
import api.routing.react
import api.sla.react
import api.tickets.react
from api.actor import Actor
from api.db import Database
from api.events.tx import Reaction, Tx

REACTIONS: list[Reaction] = [
    api.sla.react.react,
    api.tickets.react.react,
    api.routing.react.react,
    api.notifications.react.react,
]


@asynccontextmanager
async def open_tx(db: Database, actor: Actor, now: datetime) -> AsyncGenerator[Tx]:
    """A transaction that commits when the block ends and rolls back when it raises. Nobody else commits."""
    async with db.write.connection() as conn:
        yield Tx(conn, actor, now, REACTIONS)
