"""Files are made apart: so many at once, so many waiting, and what cannot be made is said."""

import os
import time

import anyio
import pytest

from api.errors import TooMany
from api.exports import process


async def test_work_is_done_in_another_process() -> None:
    assert await process.apart(os.getpid) != os.getpid()


async def test_who_comes_when_many_wait_is_sent_away() -> None:
    refused = 0

    async def ask() -> None:
        nonlocal refused
        try:
            await process.apart(time.sleep, 0.05)
        except TooMany as problem:
            assert problem.extra["retry_after"] > 0
            refused += 1

    async with anyio.create_task_group() as group:
        for _ in range(process.PROCESSES + process.MAX_WAITING + 3):
            group.start_soon(ask)
    assert refused == 3
    await process.apart(time.sleep, 0)


async def test_an_error_in_the_other_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="sleep length"):
        await process.apart(time.sleep, -1)
