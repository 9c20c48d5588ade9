"""People who keep writing while something goes wrong, and what each of them was answered."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from tests.access.callers import PASSWORD

CLIENTS = 6
PATIENCE = 60
PAUSE = 0.05
COMPLAINT = {"subject": "Router", "description": "Drops"}


class Load(msgspec.Struct):
    """Tickets by the key they were asked for with, refusals as problem documents, and the slowest answer in seconds."""

    answered: dict[str, int] = {}
    refused: list[dict[str, Any]] = []
    slowest: float = 0

    async def until_answered(self, more: int, seconds: float) -> float:
        """Wait until `more` writes were answered from now on; returns after how long. Raises TimeoutError."""
        begun, wanted = time.monotonic(), len(self.answered) + more
        async with asyncio.timeout(seconds):
            while len(self.answered) < wanted:  # noqa: ASYNC110  (many clients add to it)
                await asyncio.sleep(PAUSE)
        return time.monotonic() - begun


@asynccontextmanager
async def load(port: int) -> AsyncGenerator[Load]:
    """CLIENTS people who open tickets one after the other until the end of the block."""
    headers, seen = await signed_in(port, "customer"), Load()
    tasks = [asyncio.create_task(_write(port, headers, seen)) for _ in range(CLIENTS)]
    try:
        yield seen
    finally:
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [error for error in done if not isinstance(error, asyncio.CancelledError)], "no connection broke"


async def signed_in(port: int, who: str) -> dict[str, str]:
    """Headers of a person of the small world."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        answer = await client.post("/api/auth/login", json={"email": f"{who}@example.com", "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['token']}"}


async def _write(port: int, headers: dict[str, str], seen: Load) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE) as client:
        while True:
            key, begun = str(uuid.uuid4()), time.monotonic()
            answer = await client.post("/api/tickets", json=COMPLAINT, headers={"Idempotency-Key": key})
            seen.slowest = max(seen.slowest, time.monotonic() - begun)
            if answer.status_code == 201:
                seen.answered[key] = answer.json()["id"]
            else:
                seen.refused.append(answer.json())
                await asyncio.sleep(PAUSE)
