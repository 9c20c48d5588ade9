"""What opening a complaint costs: so many statements, most of which share a way to the server and back."""

import pytest

from api.db import Database, Params
from api.events.tx import Tx
from tests.acting import Acting
from tests.worlds import World

STATEMENTS = 13
ROUND_TRIPS = 9


async def test_a_new_ticket_costs_nine_round_trips_with_all_that_follows_from_it(
    db: Database, world: World, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acting = Acting(db, world)
    await acting.opened(category_id=world.category)
    sent: list[str] = []
    send = Tx.send

    async def counted(self: Tx, query: str, params: Params = None) -> None:
        sent.append(query)
        await send(self, query, params)

    monkeypatch.setattr(Tx, "send", counted)
    statements.clear()
    ticket = await acting.opened(category_id=world.category)
    asked = list(statements)
    seen = await acting.seen("agent", ticket)
    assert seen.assigned_agent is not None and seen.clocks, "it has clocks and an agent"
    assert len(asked) <= STATEMENTS, "\n".join(asked)
    assert len(asked) - len(sent) <= ROUND_TRIPS, "\n".join(asked)
