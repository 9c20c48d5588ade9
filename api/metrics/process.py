"""What one process counts of itself: its requests, open connections, pools.

`redress serve` names a folder in PROMETHEUS_MULTIPROC_DIR, where its processes keep their numbers side by side: whichever
of them is asked answers for all.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from prometheus_client import Gauge, Histogram
from prometheus_client.multiprocess import mark_process_dead
from psycopg_pool import AsyncConnectionPool

from api.db import Database
from api.tasks import end

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
EVERY_SECONDS = 2.0
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WATCHERS = ("/health", "/metrics")

_requests = Histogram(
    "redress_request_duration_seconds",
    "Requests by template of their path",
    ["method", "path", "status"],
    buckets=SECONDS,
)
_websockets = Gauge("redress_websockets", "Open live connections", multiprocess_mode="livesum")
_connections = Gauge("redress_pool_connections", "Connections to PostgreSQL", ["pool"], multiprocess_mode="livesum")
_idle = Gauge("redress_pool_idle", "Connections that nobody uses", ["pool"], multiprocess_mode="livesum")
_waiting = Gauge("redress_pool_waiting", "Requests that wait for a connection", ["pool"], multiprocess_mode="livesum")
_lag = Gauge("redress_loop_lag_seconds", "How late the event loop was at its last look", multiprocess_mode="livemax")


def count_request(method: str, path: str, status: int, seconds: float) -> None:
    """Note an answer. `path` is the template, empty when no route has it; those who only watch are not counted."""
    if not path.startswith(WATCHERS):
        _requests.labels(method, path, status).observe(seconds)


@asynccontextmanager
async def counted(db: Database, count_websockets: Callable[[], int]) -> AsyncGenerator[None]:
    """Keep this process's gauges up to date for as long as the block runs."""
    forget_the_dead()
    task = asyncio.create_task(_count(db, count_websockets))
    try:
        yield
    finally:
        await end(task)
        if FOLDER in os.environ:
            mark_process_dead(os.getpid())


def forget_the_dead() -> None:
    """Drop the gauges of processes that were killed before they could do it."""
    if folder := os.environ.get(FOLDER):
        for file in Path(folder).glob("gauge_live*_*.db"):
            pid = int(file.stem.rpartition("_")[2])
            if not _is_alive(pid):
                mark_process_dead(pid)


async def _count(db: Database, count_websockets: Callable[[], int]) -> None:
    while True:
        _websockets.set(count_websockets())
        for name, pool in (("write", db.write), ("read", db.read)):
            _count_pool(name, pool)
        begun = time.monotonic()
        await asyncio.sleep(EVERY_SECONDS)
        _lag.set(max(time.monotonic() - begun - EVERY_SECONDS, 0))


def _count_pool(name: str, pool: AsyncConnectionPool[Any]) -> None:
    stats = pool.get_stats()
    _connections.labels(name).set(stats.get("pool_size", 0))
    _idle.labels(name).set(stats.get("pool_available", 0))
    _waiting.labels(name).set(stats.get("requests_waiting", 0))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
