"""Keeps the servers of one pytest run: started by whoever needs them first, ends when the run's process is gone.

`python -m tests.keeper <folder> <pid of the run>` makes a PostgreSQL with the migrated database `redress_template` and
the empty `warehouse_template`, and a Valkey; then writes `<folder>/servers.json` and waits.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import psycopg

from api.servers.accounts import own_folder, system_user
from api.servers.migrations import upgrade
from api.servers.postgres import Postgres, start_postgres
from api.servers.postgres import prepare as prepare_postgres
from api.servers.processes import stop
from api.servers.valkey import Valkey, start_valkey
from api.servers.valkey import prepare as prepare_valkey

OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "autovacuum_naptime=10s",
)
ROOM_BYTES = 6 * 2**30
SOURCE = Path(__file__).parents[1]


class Servers(msgspec.Struct, frozen=True):
    """The servers of a run."""

    postgres: Postgres
    valkey: Valkey


def servers(folder: Path, run: int) -> Servers:
    """The run's servers, started if nobody did yet. `folder` is the run's own, shared by its workers."""
    ready = folder / "servers.json"
    with (folder / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            log = folder / "keeper.log"
            with log.open("wb") as out:
                keeper = subprocess.Popen(
                    [sys.executable, "-m", "tests.keeper", str(folder), str(run)],
                    cwd=SOURCE, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                )  # fmt: skip
            while not ready.exists():
                assert keeper.poll() is None, log.read_text()
                time.sleep(0.05)
    return msgspec.json.decode(ready.read_bytes(), type=Servers)


def keep(folder: Path, run: int) -> None:
    """Start, say so, wait for the end of the run, stop and tidy up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Not below the run's own folder: that one is closed to the user PostgreSQL runs as under root.
    home = Path(tempfile.mkdtemp(prefix="redress-tests-", dir=roomy_memory()))
    home.chmod(0o755)
    children = []
    try:
        postgres, valkey = prepare_postgres(home, None), prepare_valkey(None)
        children.append(start_postgres(home, postgres, OPTIONS))
        children.append(start_valkey(home, valkey))
        make_templates(postgres)
        unfinished = folder / "servers.new"
        unfinished.write_bytes(msgspec.json.encode(Servers(postgres, valkey)))
        unfinished.rename(folder / "servers.json")
        while is_alive(run):
            time.sleep(0.2)
    finally:
        for child in children:
            stop(child)
        for folder in {home, own_folder(home, "", system_user())}:
            shutil.rmtree(folder, ignore_errors=True)


def roomy_memory() -> str | None:
    """Where files live in memory, if there is room: a clone of the template takes 20 ms there, 500 ms on a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < ROOM_BYTES:
        return None
    return str(memory)


def make_templates(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url("postgres", "postgres"), autocommit=True) as conn:
        conn.execute("create database redress_template owner redress_owner")
        conn.execute("create database warehouse_template owner redress_owner")
    upgrade(postgres.url("redress_owner", "redress_template"))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
