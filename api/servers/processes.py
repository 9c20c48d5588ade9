"""Child processes: start one with its log, wait until it answers, end it with everything it started."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

PR_SET_PDEATHSIG = 1
LOG_TAIL_BYTES = 2000
POLL_SECONDS = 0.05


class StartError(Exception):
    """Something could not be started; the message is meant for the person who started it."""


class Child(msgspec.Struct):
    """A running child. `stop_with` are the signals that end it, politest first; each has `patience` seconds."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_with: tuple[signal.Signals, ...] = (signal.SIGTERM,)
    patience: float = 10

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()


def spawn(
    name: str,
    args: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: pwd.struct_passwd | None = None,
    config: str = "",
    stop_with: tuple[signal.Signals, ...] = (signal.SIGTERM,),
) -> Child:
    """Start a child in a session of its own, which ends when we do, even when we are killed (Linux).

    `config` is what it reads from its standard input. Call it from the main thread: the kernel takes the end of
    the thread that started a child for the end of its parent.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def die_with_parent() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(stop_with[0]), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(arg) for arg in args],
            stdin=subprocess.PIPE if config else subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.write(config.encode())
            process.stdin.close()
    return Child(name, process, log, stop_with)


def wait_until(child: Child, answers: Callable[[], bool], seconds: float) -> None:
    """Wait until `answers()` is true. Raises StartError with the end of the log when the child ends or time is over."""
    deadline = time.monotonic() + seconds
    while not answers():
        if not child.is_running:
            raise StartError(f"{child.name} ended at once. The end of {child.log}:\n{child.tail()}")
        if time.monotonic() > deadline:
            raise StartError(
                f"{child.name} did not answer within {seconds:.0f} s. The end of {child.log}:\n{child.tail()}"
            )
        time.sleep(POLL_SECONDS)


def stop(child: Child) -> None:
    """End a child and whatever it left in its process group."""
    for sign in child.stop_with:
        if child.is_running:
            child.process.send_signal(sign)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(child.patience)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    """Whether somebody accepts connections there."""
    with suppress(OSError), socket.create_connection((host, port), 0.5):
        return True
    return False


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether we could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
