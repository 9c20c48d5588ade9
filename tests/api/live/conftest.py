"""Two processes of the API on one database and a Redis of their own, which a test may kill. Shared, since they start slowly."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from msgspec.structs import replace

from api.servers.processes import Child, stop
from api.servers.valkey import prepare, start_valkey
from api.settings import Settings
from tests.access.callers import give_passwords
from tests.conftest import clone
from tests.keeper import Servers
from tests.serving import served
from tests.worlds import World, small_world


class Redis:
    """A server that can be stopped and started again in the same place."""

    def __init__(self, home: Path) -> None:
        self.home, self.server = home, prepare(None)
        self.child: Child = start_valkey(home, self.server)

    @property
    def url(self) -> str:
        return self.server.url

    def stop(self) -> None:
        stop(self.child)

    def start(self) -> None:
        self.child = start_valkey(self.home, self.server)


class Site(NamedTuple):
    """Ports of both processes, and what they share."""

    here: int
    there: int
    settings: Settings
    redis: Redis
    world: World

    def execute(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement beside the API, as the owner of the tables; returns its rows."""
        with psycopg.connect(self.settings.owner_url) as conn:
            cursor = conn.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def site(run_servers: Servers, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with clone(run_servers, "redress_template", worker) as name:
        yield from _served(run_servers, name, tmp_path_factory.mktemp("live"))


def _served(servers: Servers, database: str, folder: Path) -> Generator[Site]:
    owner_url = servers.postgres.url("redress_owner", database)
    world = small_world(owner_url)
    give_passwords(owner_url, world)
    redis = Redis(folder)
    settings = Settings(
        home=folder / "here",
        env="test",
        database_url=servers.postgres.url("redress_app", database),
        owner_url=owner_url,
        redis_url=redis.url,
        secret_key="a key of tests, at least 32 bytes long",
    )
    other = replace(settings, home=folder / "there")
    for each in (settings, other):
        each.home.mkdir()
    try:
        with served(settings) as here, served(other) as there:
            yield Site(here, there, settings, redis, world)
    finally:
        redis.stop()
