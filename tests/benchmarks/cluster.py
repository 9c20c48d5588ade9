"""The servers a benchmark runs on: a PostgreSQL of its own with fsync on, and a Valkey."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.servers.migrations import upgrade
from api.servers.postgres import prepare as prepare_postgres
from api.servers.postgres import start_postgres
from api.servers.processes import stop
from api.servers.valkey import prepare as prepare_valkey
from api.servers.valkey import start_valkey
from api.settings import Settings


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
