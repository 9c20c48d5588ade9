"""What a way out is: how one message is sent, and what its slice makes of the result."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from api.deliveries.commands import Claimed
from api.deliveries.rules import Attempt, Settlement
from api.events.openings import Openings
from api.events.tx import Tx
from api.settings import Settings


class Way(NamedTuple):
    """One channel. `send` reads what it needs by handles it gives back before it talks to anybody; it may raise, which is
    a failure like any other. `settle` runs in the transaction that records the try."""

    send: Callable[[Openings, Settings, Claimed], Awaitable[Attempt]]
    settle: Callable[[Tx, Claimed, Attempt, Settlement], Awaitable[None]]


async def leave(tx: Tx, delivery: Claimed, attempt: Attempt, settlement: Settlement) -> None:
    """For channels that have nothing to settle."""
