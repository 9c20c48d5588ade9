"""Two processes of the API on one database and a Redis of their own, which a test may kill."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from api.servers.processes import Child, stop
from api.servers.valkey import prepare, start_valkey
from api.settings import Settings
from tests.access.callers import give_passwords
from tests.serving import served
from tests.worlds import World


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


@pytest.fixture
def site(settings: Settings, world: World, owner_url: str, tmp_path: Path) -> Iterator[Site]:
    give_passwords(owner_url, world)
    redis = Redis(tmp_path)
    settings = replace(settings, redis_url=redis.url)
    other = replace(settings, home=tmp_path / "other")
    other.home.mkdir()
    try:
        with served(settings) as here, served(other) as there:
            yield Site(here, there, settings, redis)
    finally:
        redis.stop()
