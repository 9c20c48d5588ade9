"""Ending asyncio tasks so that they do end."""

import asyncio
from typing import Any

AGAIN_SECONDS = 0.2


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until all of them are over; their results and errors are dropped.

    One cancellation may get lost: before Python 3.12 `asyncio.wait_for`, with which the database pool waits, returns
    instead of raising when what it waits for comes at the same moment (https://github.com/python/cpython/issues/86296).
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        done, running = await asyncio.wait(running, timeout=AGAIN_SECONDS)
        for task in done:
            if not task.cancelled():
                task.exception()
