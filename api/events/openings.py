"""Handles for whoever waits for the network in between, and must hold no connection meanwhile."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from api.db import Read
from api.events.tx import Tx


class Openings:
    """`async with openings.tx() as tx` is a transaction of its own, committed when the block ends; `read()` likewise."""

    def __init__(
        self,
        read: Callable[[], AbstractAsyncContextManager[Read]],
        tx: Callable[[], AbstractAsyncContextManager[Tx]],
    ) -> None:
        self.read = read
        self.tx = tx
