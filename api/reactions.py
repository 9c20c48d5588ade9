"""The wiring list: who reacts to an event, in order, and the only way to open a transaction."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import api.notifications.react
import api.routing.react
import api.search.react
import api.sla.react
import api.tickets.react
import api.webhooks.react
import api.workflows.react
from api.actor import Actor
from api.clock import Clock
from api.db import Database
from api.events.openings import Openings
from api.events.tx import Reaction, Tx

REACTIONS: list[Reaction] = [
    api.sla.react.react,
    api.tickets.react.react,
    api.routing.react.react,
    api.workflows.react.react,
]
"""What changes state, and so may lead to more events."""

EFFECTS: list[Reaction] = [
    api.search.react.react,
    api.notifications.react.react,
    api.webhooks.react.react,
]
"""What follows without changing anything that happened: run once on all that a command led to."""


@asynccontextmanager
async def open_tx(db: Database, actor: Actor, now: datetime) -> AsyncGenerator[Tx]:
    """A transaction that commits when the block ends and rolls back when it raises. Nobody else commits.

    Whoever listens to the database is then told what was appended.
    """
    async with db.write.connection() as conn:
        tx = Tx(conn, actor, now, REACTIONS, EFFECTS)
        yield tx
    if tx.appended:
        for told in db.on_commit:
            told(tx.appended)


def openings_of(db: Database, actor: Actor, clock: Clock) -> Openings:
    """Handles for `actor`, each opened when it is asked for, as of that instant."""
    return Openings(lambda: db.open_read(actor, clock()), lambda: open_tx(db, actor, clock()))
