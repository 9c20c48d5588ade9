"""The app in this process, and in a process of its own, served as `redress serve` serves it."""

import gc
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from litestar import Litestar

from api.clock import Clock
from api.servers.processes import Child, free_port, is_listening, spawn, stop, wait_until
from api.settings import Settings

ROOT = Path(__file__).parents[1]
_apps: dict[str, Litestar] = {}


def app_of(place: str, settings: Settings, clock: Clock) -> Litestar:
    """This process's app at `place`, on these settings. To put its handlers together takes a second, so they stay."""
    from api.app import create_app, state_of

    if place in _apps:
        _apps[place].state = state_of(settings, clock)
    else:
        _apps[place] = create_app(settings, clock)
        gc.freeze()
    return _apps[place]


def start_api(settings: Settings, port: int) -> Child:
    """Start the API on `port` and wait until it listens."""
    env = os.environ | {
        "REDRESS_HOME": str(settings.home),
        "REDRESS_ENV": "test",
        "REDRESS_PORT": str(port),
        "REDRESS_DATABASE_URL": settings.database_url,
        "REDRESS_REDIS_URL": settings.redis_url,
        "REDRESS_SECRET_KEY": settings.secret_key,
    }
    child = spawn("API", [sys.executable, "-m", "api.cli.main", "serve"], settings.home / "api.log", env=env, cwd=ROOT)
    wait_until(child, lambda: is_listening(port), 60)
    return child


@contextmanager
def served(settings: Settings) -> Generator[int]:
    """Port of the API, served until the end of the block."""
    port = free_port()
    child = start_api(settings, port)
    try:
        yield port
    finally:
        stop(child)
