"""The servers a benchmark runs on: a PostgreSQL of its own with fsync on, a Valkey, and the API as it is served."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.servers.migrations import upgrade
from api.servers.postgres import prepare as prepare_postgres
from api.servers.postgres import start_postgres
from api.servers.processes import free_port, is_listening, spawn, stop, wait_until
from api.servers.valkey import prepare as prepare_valkey
from api.servers.valkey import start_valkey
from api.settings import Settings

ROOT = Path(__file__).parents[2]


@contextmanager
def cluster() -> Generator[Settings]:
    """Settings of a migrated, empty installation on servers of its own, which end with the block."""
    home = Path(tempfile.mkdtemp(prefix="redress-benchmark-"))
    home.chmod(0o755)
    children = []
    try:
        postgres, valkey = prepare_postgres(home, None), prepare_valkey(None)
        children.append(start_postgres(home, postgres, ("shared_buffers=512MB", "max_connections=100")))
        children.append(start_valkey(home, valkey))
        urls = postgres.urls()
        upgrade(urls["owner_url"])
        yield Settings(
            home=home, env="test", redis_url=valkey.url, secret_key="a key of benchmarks, 32 bytes long", **urls
        )
    finally:
        for child in reversed(children):
            stop(child)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def served(settings: Settings) -> Generator[int]:
    """Port of the API, served as `redress serve` serves it, until the end of the block."""
    port = free_port()
    env = os.environ | {
        "REDRESS_HOME": str(settings.home),
        "REDRESS_ENV": "test",
        "REDRESS_PORT": str(port),
        "REDRESS_DATABASE_URL": settings.database_url,
        "REDRESS_REDIS_URL": settings.redis_url,
        "REDRESS_SECRET_KEY": settings.secret_key,
    }
    child = spawn("API", [sys.executable, "-m", "api.cli.main", "serve"], settings.home / "api.log", env=env, cwd=ROOT)
    try:
        wait_until(child, lambda: is_listening(port), 60)
        yield port
    finally:
        stop(child)
