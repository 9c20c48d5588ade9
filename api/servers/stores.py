"""The stores of a home: embedded ones, or those REDRESS_* names. What was generated for it lies in `secrets.json`."""

import fcntl
import os
import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

from api.servers import postgres, valkey
from api.servers.postgres import Postgres
from api.servers.processes import Part, StartError, Supervisor
from api.servers.valkey import Valkey
from api.settings import SECRETS_FILE

DATABASE = ("database_url", "owner_url", "reader_url")
WAREHOUSE = ("warehouse_url", "analyst_url")
MIN_KEY_BYTES = 32
PORT = re.compile(r":\d+/")

Say = Callable[[str, float], None]
"""Is told the name of what is ready now, and how many seconds that took."""


class Known(msgspec.Struct, kw_only=True):
    """Contents of `secrets.json` beside the settings: where the embedded servers are. Unknown keys are kept out."""

    postgres: Postgres | None = None
    valkey: Valkey | None = None
    secret_key: str = ""
    push_key: str = ""


@contextmanager
def hold(home: Path) -> Generator[None]:
    """The home is ours for the block. Raises StartError when another `redress up` has it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise StartError(
                f"Another `redress up` (process {file.read().strip() or 'unknown'}) uses {home}. "
                "Stop it, or choose another --home."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def given(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """Addresses of servers that are not the home's own, by name of setting.

    `eval "$(redress env)"` leaves the home's own addresses in the environment; these do not count.
    Raises StartError when only some of the addresses of a server are there.
    """
    known = msgspec.convert(read(home), Known, strict=False)
    own = (known.postgres.urls() if known.postgres else {}) | ({"redis_url": known.valkey.url} if known.valkey else {})
    found: dict[str, str] = {}
    for names in (DATABASE, WAREHOUSE, ("redis_url",)):
        values = {name: environ.get(f"REDRESS_{name.upper()}", "") for name in names}
        values = {name: value for name, value in values.items() if value and not is_own(value, own.get(name))}
        if missing := sorted(set(names) - set(values)) if values else []:
            raise StartError(
                f"REDRESS_{'_URL, REDRESS_'.join(n.removesuffix('_url').upper() for n in sorted(values))}_URL is set; "
                f"set {', '.join(f'REDRESS_{name.upper()}' for name in missing)} as well."
            )
        found |= values
    if found and ("database_url" in found) != ("warehouse_url" in found):
        raise StartError(
            "Set the addresses of both databases, REDRESS_DATABASE_URL and REDRESS_WAREHOUSE_URL, or of neither."
        )
    if url := found.get("warehouse_url"):
        found["dagster_url"] = environ.get("REDRESS_DAGSTER_URL") or postgres.dagster_url(url)
    return found


def is_own(url: str, own: str | None) -> bool:
    """Whether an address is that of the home's own server, whatever its port was at the time."""
    return own is not None and PORT.sub("/", url) == PORT.sub("/", own)


def start_stores(
    home: Path, environ: Mapping[str, str], ports: Mapping[str, int], supervisor: Supervisor, say: Say
) -> None:
    """Start what the home needs of its own and write all addresses and `ports` to `secrets.json`.

    The caller holds the home. `ports` are those of the web app, Dagster and the dashboards, by name of setting.
    """
    external = given(environ, home)
    known = msgspec.convert(read(home), Known, strict=False)
    known.secret_key = environ.get("REDRESS_SECRET_KEY") or known.secret_key or secrets.token_urlsafe(MIN_KEY_BYTES)
    known.push_key = environ.get("REDRESS_PUSH_KEY") or known.push_key or new_push_key()
    addresses = dict(external)
    if "database_url" not in external:
        known.postgres = postgres.prepare(home, known.postgres)
        addresses |= known.postgres.urls()
    if "redis_url" not in external:
        known.valkey = valkey.prepare(known.valkey)
        addresses["redis_url"] = known.valkey.url
    # Before the first start: a password that only a server knows would lock us out of it.
    write(home, msgspec.to_builtins(known) | addresses | dict(ports))
    if url := external.get("warehouse_url"):
        ensure_dagster_schema(url)
    if (server := known.postgres) is not None and "database_url" not in external:
        begun = time.monotonic()
        supervisor.start(Part("PostgreSQL", lambda: postgres.start_postgres(home, server), is_store=True))
        say("PostgreSQL", time.monotonic() - begun)
    if (cache := known.valkey) is not None and "redis_url" not in external:
        begun = time.monotonic()
        supervisor.start(Part("Valkey", lambda: valkey.start_valkey(home, cache), is_store=True))
        say("Valkey", time.monotonic() - begun)


def new_push_key() -> str:
    """A P-256 private key, its 32 bytes in base64url."""
    value = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(value.to_bytes(32)).decode().rstrip("=")


def ensure_dagster_schema(warehouse_url: str) -> None:
    try:
        with psycopg.connect(warehouse_url, connect_timeout=5) as conn:
            conn.execute("create schema if not exists dagster")
    except psycopg.Error as error:
        raise StartError(f"REDRESS_WAREHOUSE_URL cannot be used: {str(error).strip()}") from error


def read(home: Path) -> dict[str, object]:
    """What `secrets.json` holds; nothing when it is not there."""
    try:
        return msgspec.json.decode((home / SECRETS_FILE).read_bytes(), type=dict[str, object])
    except FileNotFoundError:
        return {}


def write(home: Path, values: Mapping[str, object]) -> None:
    """Replace `secrets.json`, readable by us alone, at one stroke."""
    unfinished = home / f"{SECRETS_FILE}.new"
    with suppress(FileNotFoundError):
        unfinished.unlink()
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(values)) + b"\n")
        os.fsync(file.fileno())
    unfinished.rename(home / SECRETS_FILE)
