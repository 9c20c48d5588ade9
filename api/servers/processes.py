"""Child processes: start one with its log, wait until it answers, end it with everything it started."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import msgspec

PR_SET_PDEATHSIG = 1
LOG_TAIL_BYTES = 2000
POLL_SECONDS = 0.05
WATCH_SECONDS = 0.5
STEADY_SECONDS = 60.0
MAX_BACKOFF_SECONDS = 30.0
MAX_LOG_BYTES = 10_000_000


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
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.rename(log.with_name(log.name + ".1"))
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def die_with_parent() -> None:
        if sys.platform == "linux":
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


class Part(msgspec.Struct, frozen=True):
    """Something that is to run all the time. `start` may return before `answers()` is true.

    A store is what the other parts need until their end.
    """

    name: str
    start: Callable[[], Child]
    answers: Callable[[], bool] = lambda: True
    patience: float = 120
    is_store: bool = False


class Supervisor:
    """Keeps parts running: one that ends is started again, later each time."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.running: list[tuple[Part, Child]] = []
        self.answered: set[str] = set()
        self.failures: dict[str, int] = {}
        self.started: dict[str, float] = {}
        self.due: dict[str, float] = {}

    def start(self, part: Part) -> None:
        self.running.append((part, part.start()))
        self.started[part.name] = time.monotonic()

    def wait(self, ready: Callable[[str, float], None]) -> None:
        """Until every part that was started answers, telling `ready` of each once. Raises StartError when one does not."""
        for part, child in self.running:
            if part.name not in self.answered and not part.is_store:
                wait_until(child, part.answers, part.patience)
                self.answered.add(part.name)
                ready(part.name, time.monotonic() - self.started[part.name])

    def watch(self) -> NoReturn:
        """Start again what ends, for as long as nobody interrupts."""
        while True:
            for place, (part, child) in enumerate(self.running):
                if not child.is_running:
                    self.running[place] = (part, self.restart(part, child))
            time.sleep(WATCH_SECONDS)

    def restart(self, part: Part, dead: Child) -> Child:
        """A new child in place of a dead one, or the dead one while it is too early to try again."""
        now = time.monotonic()
        if part.name not in self.due:
            tries = 0 if now - self.started[part.name] > STEADY_SECONDS else self.failures.get(part.name, 0)
            wait = min(2.0**tries, MAX_BACKOFF_SECONDS)
            self.failures[part.name], self.due[part.name] = tries + 1, now + wait
            self.say(
                f"{part.name} ended ({dead.process.returncode}); starting it again in {wait:.0f} s, see {dead.log}"
            )
            stop(dead)
        if now < self.due[part.name]:
            return dead
        del self.due[part.name]
        self.started[part.name] = now
        try:
            return part.start()
        except StartError as error:
            self.say(str(error))
            return dead

    def close(self) -> None:
        """End all parts, the stores last. All others are asked at once, so that it takes as long as the slowest."""
        for part, child in self.running:
            if not part.is_store and child.is_running:
                child.process.send_signal(child.stop_with[0])
        self.running.sort(key=lambda pair: not pair[0].is_store)
        while self.running:
            stop(self.running.pop()[1])


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


def answers_http(url: str) -> bool:
    """Whether a GET of `url` is answered with 200."""
    with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
        return answer.status == 200
    return False


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
