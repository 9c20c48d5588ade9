"""What happens beside the browser: commands of the world's people, while a browser's loop runs in this thread."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from api.db import Database
from api.reactions import open_tx
from api.tickets.commands.create import create_ticket
from api.tickets.queries.detail import get_ticket
from api.tickets.wire import NewTicket, Ticket
from tests.worlds import World


class Desk:
    """Runs commands on the app's database, each in its own transaction and a moment apart."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self.world = url, world

    def do(self, who: str, command: Callable[..., Awaitable[Any]], *args: Any, **kw: Any) -> Any:
        """What the command gives, done by that person."""

        async def run(database: Database) -> Any:
            self.world.now += timedelta(milliseconds=10)
            async with open_tx(database, self.world.actor(who), self.world.now) as tx:
                return await command(tx, *args, **kw)

        return self._apart(run)

    def opened(self, subject: str = "Router drops every night", **fields: Any) -> Ticket:
        """A ticket that the agent opens for the customer, in the agent's team unless said otherwise."""
        fields = {"category_id": self.world.category, "customer_id": self.world.customer, **fields}
        fields = {"description": "Since Sunday, at two.", **fields}
        ticket_id = self.do("agent", create_ticket, NewTicket(subject=subject, **fields), "web")
        return self.seen(ticket_id)

    def seen(self, ticket_id: int) -> Ticket:
        """The ticket as an administrator sees it."""

        async def run(database: Database) -> Ticket:
            async with database.open_read(self.world.actor("admin"), self.world.now) as read:
                return await get_ticket(read, ticket_id)

        return self._apart(run)

    def _apart(self, work: Callable[[Database], Awaitable[Any]]) -> Any:
        made: list[Any] = []

        async def connected() -> None:
            database = Database(self.url, 1)
            await database.open()
            try:
                made.append(await work(database))
            finally:
                await database.close()

        thread = threading.Thread(target=lambda: asyncio.run(connected()))
        thread.start()
        thread.join(60)
        assert made, "it failed in its thread"
        return made[0]
