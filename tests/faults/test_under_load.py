"""What the product stands on goes away, comes back, is doubled or is rebuilt, while people go on writing."""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import Generator
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
import sqlalchemy.exc
from alembic import command
from alembic.config import Config

from api.servers.migrations import FOLDER, newest, upgrade
from api.servers.postgres import Postgres, start_postgres
from api.servers.postgres import prepare as prepare_postgres
from api.servers.processes import Child, free_port, stop
from api.servers.valkey import Valkey, start_valkey
from api.servers.valkey import prepare as prepare_valkey
from api.settings import Settings
from tests.access.callers import give_passwords
from tests.api.servers.conftest import made_home
from tests.faults.load import CLIENTS, COMPLAINT, PATIENCE, load, signed_in
from tests.receivers import receiving
from tests.replay import assert_log_is_the_state
from tests.serving import start_api
from tests.worlds import World, small_world

pytestmark = pytest.mark.xdist_group("servers")

OPTIONS = ("fsync=off",)
"""Killed is a process, not the machine: what was written to the log is with the kernel."""
RECOVER_SECONDS = 5
LOCK_SECONDS = 4
MIGRATION = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9000", {newest!r}, None, None
def upgrade(): op.execute("alter table tickets add column probe text")
"""


class Site(msgspec.Struct):
    """Servers of its own with a small world, and the API on them."""

    settings: Settings
    postgres: Postgres
    valkey: Valkey
    world: World
    port: int
    database: Child
    cache: Child

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE) as client:
            return await client.get(path)

    def there(self) -> set[int]:
        with psycopg.connect(self.settings.owner_url) as conn:
            return {row[0] for row in conn.execute("select id from tickets")}

    def logged(self) -> list[dict[str, object]]:
        lines = (self.settings.home / "api.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def site() -> Generator[Site]:
    with made_home() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDRESS_LOG_JSON", "true")
        postgres, valkey = prepare_postgres(home, None), prepare_valkey(None)
        database, cache = start_postgres(home, postgres, OPTIONS), start_valkey(home, valkey)
        urls = {name: url for name, url in postgres.urls().items() if name in ("database_url", "owner_url")}
        settings = Settings(
            home=home, env="test", redis_url=valkey.url, secret_key="a key of tests, at least 32 bytes long", **urls
        )
        upgrade(settings.owner_url)
        world = small_world(settings.database_url)
        give_passwords(settings.owner_url, world)
        with psycopg.connect(settings.owner_url) as conn:
            conn.execute(
                "insert into installation_settings (name, value, updated_at) values ('allowed_webhook_hosts', %s, %s)",
                ['["127.0.0.1"]', world.now],
            )
        site = Site(settings, postgres, valkey, world, free_port(), database, cache)
        api = start_api(settings, site.port)
        try:
            yield site
        finally:
            for child in (api, site.cache, site.database):
                stop(child)


async def test_without_redis_tickets_work_limits_hold_and_it_recovers_by_itself(site: Site) -> None:
    stop(site.cache)
    ready = await site.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    async with load(site.port) as seen:
        await seen.until_answered(20, PATIENCE)
    assert seen.refused == []
    wrong = {"email": "outsider@example.com", "password": "not this one"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{site.port}", timeout=PATIENCE) as client:
        statuses = [(await client.post("/api/auth/login", json=wrong)).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    site.cache = start_valkey(site.settings.home, site.valkey)
    assert (await site.get("/health/ready")).json()["status"] == "ok"


async def test_a_migration_that_cannot_get_its_lock_gives_up_and_one_that_can_disturbs_nobody(
    site: Site, tmp_path: Path
) -> None:
    (tmp_path / "9000_probe.py").write_text(MIGRATION.format(newest=newest()))
    config = Config(attributes={"url": site.settings.owner_url})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join([str(FOLDER / "versions"), str(tmp_path)]))
    async with load(site.port) as seen:
        await seen.until_answered(CLIENTS, PATIENCE)
        with psycopg.connect(site.settings.owner_url) as reader:
            reader.execute("select count(*) from tickets")
            with pytest.raises(sqlalchemy.exc.OperationalError, match="lock timeout"):
                await asyncio.to_thread(command.upgrade, config, "head")
        await seen.until_answered(CLIENTS, PATIENCE)
        assert seen.slowest > LOCK_SECONDS / 2, "they did wait for it"
        await asyncio.to_thread(command.upgrade, config, "head")
        await seen.until_answered(20, PATIENCE)
    assert seen.refused == []
    assert seen.slowest < 2 * LOCK_SECONDS
    with psycopg.connect(site.settings.owner_url) as conn:
        assert conn.execute("select count(*) from tickets where probe is not null").fetchone() == (0,)
        conn.execute("alter table tickets drop column probe")
        conn.execute("update alembic_version set version_num = %s", [newest()])


async def test_two_apis_and_two_workers_do_what_one_does(site: Site) -> None:
    before = site.there()
    second = free_port()
    api = start_api(site.settings, second)
    try:
        async with receiving() as receiver:
            headers = await signed_in(site.port, "admin")
            async with httpx.AsyncClient(headers=headers, timeout=PATIENCE) as client:
                hook = {"name": "Orders", "url": receiver.url, "events": ["ticket.created"]}
                made = await client.post(f"http://127.0.0.1:{site.port}/api/webhooks", json=hook)
                assert made.status_code == 201, made.text

                async def open_by(port: int, key: str) -> int:
                    body = COMPLAINT | {"customer_id": site.world.customer}
                    answer = await client.post(
                        f"http://127.0.0.1:{port}/api/tickets", json=body, headers={"Idempotency-Key": key}
                    )
                    assert answer.status_code == 201, answer.text
                    return answer.json()["id"]

                keys = [str(uuid.uuid4()) for _ in range(15)]
                opened = await asyncio.gather(*(open_by(port, key) for key in keys for port in (site.port, second)))
                assert opened[::2] == opened[1::2], "one key, one ticket, whoever is asked"
                assert site.there() - before == set(opened)
                async with asyncio.timeout(PATIENCE):
                    while len(receiver.calls) < len(keys):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                await asyncio.sleep(0.3)
                await client.delete(f"http://127.0.0.1:{site.port}/api/webhooks/{made.json()['id']}")
        assert len(receiver.calls) == len({call.headers["webhook-id"] for call in receiver.calls}) == len(keys)
    finally:
        stop(api)


async def test_postgres_killed_under_load_is_503_and_comes_back_without_losing_an_answer(site: Site) -> None:
    async with load(site.port) as seen:
        await seen.until_answered(30, PATIENCE)
        os.killpg(site.database.process.pid, signal.SIGKILL)
        site.database.process.wait()
        await asyncio.sleep(1)
        assert (await site.get("/health/ready")).status_code == 503
        site.database = start_postgres(site.settings.home, site.postgres, OPTIONS)
        assert await seen.until_answered(1, PATIENCE) < RECOVER_SECONDS
        await seen.until_answered(30, PATIENCE)
    assert seen.refused
    assert {problem["status"] for problem in seen.refused} == {503}
    assert set(seen.answered.values()) <= site.there()
    assert_log_is_the_state(site.settings.database_url)
    # what a person is told and what the log says have one name
    lines = {line.get("request_id") for line in site.logged()}
    assert {problem["request_id"] for problem in seen.refused} <= lines
