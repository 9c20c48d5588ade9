"""Commands and reads as people of a small world, a minute apart."""

from typing import Any

import msgspec

from api.db import Database
from api.reactions import open_tx
from api.tickets.commands.create import create_ticket
from api.tickets.queries.detail import get_ticket
from api.tickets.wire import NewTicket, Ticket
from tests.worlds import World

COMPLAINT = NewTicket(subject="Router drops", description="Every night at **two**.")


class Acting:
    """Commands as a person of the world, each in a transaction of its own, a minute apart."""

    def __init__(self, db: Database, world: World) -> None:
        self.db, self.world = db, world

    async def do(self, who: str, command: Any, *args: Any, **kw: Any) -> Any:
        async with open_tx(self.db, self.world.actor(who), self.world.later(minutes=1)) as tx:
            return await command(tx, *args, **kw)

    async def opened(self, **fields: Any) -> int:
        return await self.do("customer", create_ticket, msgspec.structs.replace(COMPLAINT, **fields), "web")

    async def seen(self, who: str, ticket_id: int) -> Ticket:
        async with self.db.open_read(self.world.actor(who), self.world.now) as read:
            return await get_ticket(read, ticket_id)
