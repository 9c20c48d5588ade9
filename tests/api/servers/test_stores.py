"""Secrets of a home, who may use it, and servers of one's own."""

import stat
from pathlib import Path

import pytest

from api.servers.postgres import Postgres
from api.servers.processes import StartError, Supervisor
from api.servers.stores import given, hold, read, start_stores, write
from api.settings import load

EXTERNAL = {
    f"REDRESS_{name}_URL": f"postgresql://somebody@db.example.com/{name}"
    for name in ("DATABASE", "OWNER", "READER", "WAREHOUSE", "ANALYST")
}


def test_one_home_has_one_user(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(StartError, match="Another `redress up`"), hold(tmp_path):
        pass
    with hold(tmp_path):
        pass


def test_secrets_are_readable_by_nobody_else_and_are_what_settings_load(open_home: Path) -> None:
    supervisor = Supervisor(print)
    try:
        start_stores(open_home, {}, {"port": 8123}, supervisor, lambda *_: None)
    finally:
        supervisor.close()
    assert stat.S_IMODE((open_home / "secrets.json").stat().st_mode) == 0o600
    settings = load({}, open_home)
    assert settings.port == 8123
    assert len(settings.secret_key) >= 32
    assert all((settings.database_url, settings.warehouse_url, settings.dagster_url, settings.redis_url))
    assert settings.secret_key not in repr(settings)


def test_servers_of_ones_own_are_used_with_all_their_addresses_or_not_at_all(tmp_path: Path) -> None:
    assert given({}, tmp_path) == {}
    assert given(EXTERNAL, tmp_path).keys() >= {"database_url", "owner_url", "warehouse_url", "dagster_url"}
    for name in EXTERNAL:
        with pytest.raises(StartError, match=name):
            given({key: value for key, value in EXTERNAL.items() if key != name}, tmp_path)


def test_the_homes_own_addresses_in_the_environment_are_no_other_servers(tmp_path: Path) -> None:
    roles = ("postgres", "redress_owner", "redress_app", "redress_reader", "redress_analyst")
    server = Postgres(5001, str(tmp_path), dict.fromkeys(roles, "secret"))
    write(tmp_path, {"postgres": {"port": 5002, "folder": server.folder, "passwords": server.passwords}})
    assert given({f"REDRESS_{name.upper()}": url for name, url in server.urls().items()}, tmp_path) == {}
    assert read(tmp_path).keys() == {"postgres"}
