"""Fixtures on real servers: one PostgreSQL and one Valkey per run, a fresh database per test, the app on a still clock."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest
import redis

from api.db import Database
from api.servers.postgres import dagster_url
from api.settings import Settings
from tests.keeper import Servers, servers
from tests.serving import app_of
from tests.worlds import World, small_world

# Frames of tests are small: threads of polars would only wait for each other.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
numbers = count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """Name of this xdist worker, `gw0`; `main` without xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def run_servers(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Servers:
    """The run's PostgreSQL and Valkey, shared by its workers."""
    folder = tmp_path_factory.getbasetemp()
    return servers(folder, os.getpid()) if worker == "main" else servers(folder.parent, os.getppid())


@contextmanager
def clone(run_servers: Servers, template: str, worker: str) -> Generator[str]:
    """Name of a copy of a template database that lives for the block."""
    name = f"{template.removesuffix('_template')}_{worker}_{next(numbers)}"
    with psycopg.connect(run_servers.postgres.url("postgres", "postgres"), autocommit=True) as conn:
        conn.execute(f"create database {name} template {template} strategy file_copy owner redress_owner".encode())
    yield name
    with psycopg.connect(run_servers.postgres.url("postgres", "postgres"), autocommit=True) as conn:
        conn.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def database_name(run_servers: Servers, worker: str) -> Generator[str]:
    """A fresh, migrated database."""
    with clone(run_servers, "redress_template", worker) as name:
        yield name


@pytest.fixture
def warehouse_name(run_servers: Servers, worker: str) -> Generator[str]:
    """A fresh, empty database."""
    with clone(run_servers, "warehouse_template", worker) as name:
        yield name


@pytest.fixture
def database_url(run_servers: Servers, database_name: str) -> str:
    """The test's own database as `redress_app`."""
    return run_servers.postgres.url("redress_app", database_name)


@pytest.fixture
def owner_url(run_servers: Servers, database_name: str) -> str:
    return run_servers.postgres.url("redress_owner", database_name)


@pytest.fixture
def reader_url(run_servers: Servers, database_name: str) -> str:
    return run_servers.postgres.url("redress_reader", database_name)


@pytest.fixture
def superuser_url(run_servers: Servers, database_name: str) -> str:
    return run_servers.postgres.url("postgres", database_name)


@pytest.fixture
def warehouse_url(run_servers: Servers, warehouse_name: str) -> str:
    """The test's own warehouse as its owner."""
    return run_servers.postgres.url("redress_owner", warehouse_name)


@pytest.fixture
def analyst_url(run_servers: Servers, warehouse_name: str) -> str:
    return run_servers.postgres.url("redress_analyst", warehouse_name)


@pytest.fixture
def redis_url(run_servers: Servers, worker: str) -> str:
    """An emptied Valkey database of this worker's."""
    number = int(worker.removeprefix("gw")) % 16 if worker != "main" else 0
    url = run_servers.valkey.url.removesuffix("/0") + f"/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The test's home, beside whatever else it keeps in `tmp_path`."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(home: Path, database_url: str, owner_url: str, reader_url: str, redis_url: str) -> Settings:
    """Settings of an app without a warehouse."""
    return Settings(
        home=home,
        env="test",
        database_url=database_url,
        owner_url=owner_url,
        reader_url=reader_url,
        redis_url=redis_url,
        secret_key="a key of tests, at least 32 bytes long",
        pool_size=4,
    )


@pytest.fixture
def warehouse_settings(settings: Settings, warehouse_url: str, analyst_url: str) -> Settings:
    """Settings of everything: the product's database and a warehouse."""
    return type(settings)(
        **{name: getattr(settings, name) for name in settings.__struct_fields__}
        | {
            "warehouse_url": warehouse_url,
            "analyst_url": analyst_url,
            "dagster_url": dagster_url(warehouse_url),
        }
    )


@pytest.fixture
async def db(database_url: str) -> AsyncGenerator[Database]:
    """Open pools on the test's database."""
    database = Database(database_url, 4)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def world(database_url: str) -> World:
    """The small world, inserted."""
    return small_world(database_url)


@pytest.fixture
async def client(settings: Settings, world: World) -> AsyncGenerator[httpx.AsyncClient]:
    """An HTTP client of the real app, whose clock shows `world.now`."""
    app = app_of("client", settings, lambda: world.now)
    async with app.lifespan(), httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://testserver"
    ) as http:  # fmt: skip
        yield http


@pytest.fixture
def sign_in(db: Database, settings: Settings, world: World) -> Callable[[str], Awaitable[dict[str, str]]]:
    """`await sign_in("agent")` opens a session: the headers under which that person of the world calls the API."""

    async def headers(who: str) -> dict[str, str]:
        from api.auth.commands.sessions import open_session
        from api.reactions import open_tx

        actor = world.actor(who)
        async with open_tx(db, actor, world.now) as tx:
            opened = await open_session(tx, getattr(world, who), settings)
        return {"Authorization": f"Bearer {opened.signed_in.token}"}

    return headers


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to PostgreSQL from now on."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def counted(self: psycopg.AsyncCursor, query: bytes, *args: object, **kw: object) -> object:
        seen.append(query.decode() if isinstance(query, bytes) else str(query))
        return await execute(self, query, *args, **kw)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted)
    return seen
