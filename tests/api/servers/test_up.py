"""`redress up` as a person runs it, without sample, Dagster and dashboards."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from api.servers.processes import free_port
from api.settings import load

pytestmark = pytest.mark.xdist_group("servers")

UP = [sys.executable, "-m", "api.cli.main", "up", "--no-sample", "--no-dagster", "--no-dashboards"]
SECONDS = 90


@contextmanager
def up(home: Path, port: int) -> Generator[subprocess.Popen[str]]:
    """A `redress up` that is ready; ended by SIGTERM."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REDRESS_")}
    with subprocess.Popen(
        [*UP, "--home", str(home), "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said: list[str] = []
        try:
            for line in process.stdout:
                said.append(line)
                if line.startswith("ready"):
                    break
            else:
                pytest.fail("".join(said))
            yield process
        finally:
            process.terminate()
            process.wait(SECONDS)


def processes_of(home: Path) -> list[str]:
    """Command lines of processes that have the home in their arguments or their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        if os.fsencode(home) in text:
            found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


def test_a_second_start_keeps_the_data_and_no_process_is_left_after_either(open_home: Path) -> None:
    port = free_port()
    with up(open_home, port):
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready").json()["status"] == "ok"
        with psycopg.connect(load({}, open_home).database_url) as conn:
            conn.execute("insert into teams (name, created_at) values ('Kept', '2026-01-01')")
        assert len(processes_of(open_home)) >= 3
    assert processes_of(open_home) == []
    with up(open_home, port) as process:
        with psycopg.connect(load({}, open_home).database_url) as conn:
            assert conn.execute("select name from teams").fetchall() == [("Kept",)]
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    assert processes_of(open_home) == []


def test_killing_it_ends_everything_and_the_next_start_works(open_home: Path) -> None:
    port = free_port()
    with up(open_home, port) as process:
        process.kill()
        process.wait()
        end = time.monotonic() + 20
        while processes_of(open_home) and time.monotonic() < end:
            time.sleep(0.1)
        assert processes_of(open_home) == []
    with up(open_home, port):
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200


def test_a_taken_port_is_named_before_anything_is_started(open_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = subprocess.run(
            [*UP, "--home", str(open_home), "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert run.returncode == 1
    assert f"Port {port} is taken" in run.stderr and "--port" in run.stderr
    assert not (open_home / "postgres").exists()
