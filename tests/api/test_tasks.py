"""Stopping stops: a task that loses a cancellation, as libraries make it before Python 3.12, is cancelled again."""

import asyncio
from contextlib import suppress

from api.tasks import end


async def test_a_task_that_loses_its_first_cancellation_ends_all_the_same() -> None:
    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await end(task)
    assert task.cancelled()


async def test_what_failed_before_is_dropped() -> None:
    async def failing() -> None:
        raise ValueError

    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await end(task)
    assert task.done()
