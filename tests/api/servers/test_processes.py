"""Children: none is left, dead ones come back."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from api.servers.processes import Part, StartError, Supervisor, is_free, spawn, stop, wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(subprocess.Popen(sys.argv[1:]).pid, flush=True); signal.pause()"


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(truth: object, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if truth():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_stopping_ends_a_deaf_child_and_what_it_started(tmp_path: Path) -> None:
    child = spawn("deaf", [sys.executable, "-c", DEAF, *SLEEP], tmp_path / "log")
    child.patience = 0.3
    assert eventually(lambda: child.log.read_text().strip())
    grandchild = int(child.log.read_text())
    stop(child)
    assert eventually(lambda: not is_running(grandchild) and not is_running(child.process.pid))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, time; from api.servers.processes import spawn; "
        f"print(spawn('child', {SLEEP!r}, pathlib.Path({str(tmp_path / 'log')!r})).process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.kill()
    assert eventually(lambda: not is_running(child))


def test_what_ends_at_once_is_said_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = spawn("rash", [sys.executable, "-c", "print('no such table')"], tmp_path / "log")
    with pytest.raises(StartError, match="no such table"):
        wait_until(child, lambda: False, 10)


def test_what_dies_is_started_again_later_each_time(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start(Part("sleeper", lambda: spawn("sleeper", SLEEP, tmp_path / "log")))
    first = supervisor.running[0][1].process.pid

    def look() -> int:
        part, child = supervisor.running[0]
        if not child.is_running:
            supervisor.running[0] = (part, supervisor.restart(part, child))
        return supervisor.running[0][1].process.pid

    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: look() != first)
    second = look()
    os.kill(second, signal.SIGKILL)
    assert eventually(lambda: look() != second)
    supervisor.close()
    assert ["in 1 s" in said[0], "in 2 s" in said[1]] == [True, True]
    with suppress(ProcessLookupError):
        os.kill(second, 0)


def test_a_port_somebody_listens_on_is_not_free() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free(taken.getsockname()[1])
