"""`redress doctor`: what is off, if anything. What production refuses to start with is decided here too."""

import argparse
import stat
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import redis

from api.cli.options import settings_of
from api.settings import SECRETS_FILE, Settings

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "list what is off: versions, servers, schema, secrets, production's demands"
OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 160000
MIN_KEY_BYTES = 32
SAMPLE_DOMAIN = "%@example.com"
URLS = ("database_url", "owner_url", "reader_url", "warehouse_url", "analyst_url", "dagster_url")

Finding = tuple[str, str]
"""What was looked at, and what is off about it; empty when nothing is."""


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("doctor", parents=[home], help=HELP, description=HELP)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    off = 0
    for subject, problem in findings(settings_of(args)):
        print(f"{'off' if problem else 'ok ':<4}{subject}{': ' if problem else ''}{problem}", flush=True)
        off += bool(problem)
    print("nothing is off" if not off else f"{off} off")
    return int(off > 0)


def findings(settings: Settings) -> Iterator[Finding]:
    """One finding after the other, the cheap ones first."""
    yield "Python", "" if sys.version_info >= OLDEST_PYTHON else f"{sys.version.split()[0]} is older than 3.11"
    yield "secrets", secrets_problem(settings)
    for name in URLS:
        yield f"PostgreSQL, {name}", attempt(postgres_problem, str(getattr(settings, name)).replace("+psycopg2", "", 1))
    yield "schema", attempt(schema_problem, settings.owner_url)
    yield "Redis", attempt(redis_problem, settings.redis_url)
    yield "web app", attempt(http_problem, f"http://{settings.host}:{settings.port}/health/ready")
    yield "Dagster", attempt(http_problem, f"http://{settings.host}:{settings.dagster_port}/server_info")
    yield "dashboards", attempt(http_problem, f"http://{settings.host}:{settings.dashboards_port}/_stcore/health")
    for refusal in refusals(settings):
        yield "production", refusal


def attempt(look: Callable[[str], str], at: str) -> str:
    """What `look` finds, or why it could not look."""
    if not at:
        return "not set"
    try:
        return look(at)
    except (OSError, psycopg.Error, redis.RedisError) as error:
        return str(error).strip().splitlines()[0]


def secrets_problem(settings: Settings) -> str:
    file = settings.home / SECRETS_FILE
    if len(settings.secret_key.encode()) < MIN_KEY_BYTES:
        return f"REDRESS_SECRET_KEY has fewer than {MIN_KEY_BYTES} bytes"
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return f"others can read {file}; run chmod 600 on it"
    return ""


def postgres_problem(url: str) -> str:
    with psycopg.connect(url, connect_timeout=3) as conn:
        version = conn.info.server_version
    return "" if version >= OLDEST_POSTGRES else f"version {version // 10000} is older than {OLDEST_POSTGRES // 10000}"


def schema_problem(url: str) -> str:
    from api.servers.migrations import current, newest

    found, wanted = current(url), newest()
    return "" if found == wanted else f"at revision {found or 'none'}, not {wanted}; run `redress migrate`"


def redis_problem(url: str) -> str:
    with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()
    return ""


def http_problem(url: str) -> str:
    from api.servers.processes import answers_http

    return "" if answers_http(url) else f"{url} does not answer"


def refusals(settings: Settings) -> list[str]:
    """Why production must not start like this; nothing in other environments."""
    if settings.env != "production":
        return []
    found = []
    if problem := secrets_problem(settings):
        found.append(problem)
    if not settings.public_url.startswith("https://"):
        found.append("REDRESS_PUBLIC_URL is no https address, so cookies would travel in the clear")
    if settings.database_url == settings.owner_url:
        found.append("REDRESS_DATABASE_URL is the owner's: the log would not be safe from the app")
    query = "select count(*) from users where is_active and email like %s"
    try:
        with psycopg.connect(settings.database_url, connect_timeout=3) as conn:
            row = conn.execute(query, [SAMPLE_DOMAIN]).fetchone()
        if row and row[0]:
            found.append(f"{row[0]} sample accounts (…@example.com) can sign in; deactivate them")
    except psycopg.Error as error:
        found.append(f"the database cannot be asked for sample accounts: {str(error).strip().splitlines()[0]}")
    return found
