"""The embedded PostgreSQL: passwords, users of the system, and data that outlives a start."""

import os
import shutil
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest

from api.servers.accounts import system_user
from api.servers.postgres import Postgres, prepare, start_postgres
from api.servers.processes import Child, StartError, stop

pytestmark = pytest.mark.xdist_group("servers")


@contextmanager
def running(home: Path, known: Postgres | None = None) -> Generator[tuple[Postgres, Child]]:
    server = prepare(home, known)
    child = start_postgres(home, server)
    try:
        yield server, child
    finally:
        stop(child)


@pytest.fixture(scope="module")
def server(module_home: Path) -> Postgres:
    """A server that was made and stopped again."""
    with running(module_home) as (made, _):
        return made


def test_a_second_start_keeps_the_data_and_the_passwords(module_home: Path, server: Postgres) -> None:
    with running(module_home, server) as (first, _), psycopg.connect(first.url("redress_owner", "redress")) as conn:
        conn.execute("create table kept as select 42 as answer")
    with running(module_home, server) as (again, _), psycopg.connect(again.url("redress_owner", "redress")) as conn:
        assert conn.execute("select answer from kept").fetchall() == [(42,)]
    assert again.passwords == server.passwords


def test_a_server_that_outlived_its_start_makes_room_for_the_next(module_home: Path, server: Postgres) -> None:
    with running(module_home, server) as (_, old), running(module_home, server) as (again, _):
        psycopg.connect(again.url("redress_app", "redress")).close()
        assert old.process.wait(5) == 0


def test_a_password_of_another_installation_is_said(module_home: Path, server: Postgres) -> None:
    wrong = msgspec.structs.replace(server, passwords=dict.fromkeys(server.passwords, "guessed"))
    with pytest.raises(StartError, match="different installations"):
        start_postgres(module_home, wrong)


def test_nobody_connects_without_a_password_or_to_what_is_not_theirs(module_home: Path, server: Postgres) -> None:
    with running(module_home, server) as (now, _):
        for url in (
            f"postgresql://postgres@127.0.0.1:{now.port}/redress",
            now.url("redress_analyst", "redress"),
            now.url("redress_app", "warehouse"),
        ):
            with pytest.raises(psycopg.OperationalError, match=r"password|permission denied"):
                psycopg.connect(url)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give its rights away")
def test_under_root_the_server_is_not_root(module_home: Path, server: Postgres) -> None:
    with running(module_home, server) as (_, child):
        user = system_user()
        assert user is not None and user.pw_uid != 0
        assert Path(f"/proc/{child.process.pid}").stat().st_uid == user.pw_uid
        assert Path(server.folder).parent == module_home


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give its rights away")
def test_under_root_a_closed_home_has_its_data_elsewhere(open_home: Path) -> None:
    open_home.chmod(0o700)
    with running(open_home) as (server, _), psycopg.connect(server.url("redress_app", "redress")):
        folder = Path(server.folder)
        assert folder.is_relative_to("/var/lib")
    # Somebody removed the home, secrets and all: a new one starts anew and touches nothing.
    assert Path(prepare(open_home, None).folder).name == f"{folder.name}-2"
    shutil.rmtree(folder.parent)


def test_a_killed_server_comes_back_with_what_was_committed(module_home: Path, server: Postgres) -> None:
    with running(module_home, server) as (first, child):
        with psycopg.connect(first.url("redress_owner", "redress")) as conn:
            conn.execute("create table survives ()")
        child.process.send_signal(signal.SIGKILL)
        child.process.wait()
    with running(module_home, server) as (again, _), psycopg.connect(again.url("redress_owner", "redress")) as conn:
        conn.execute("select from survives")
