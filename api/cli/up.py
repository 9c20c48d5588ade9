"""`redress up`: servers, schema, sample, then every process, until it is told to stop."""

import argparse
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from api.cli.options import port
from api.servers.processes import StartError, Supervisor, is_free
from api.settings import Settings, load

if TYPE_CHECKING:
    from api.cli.options import Commands

Result = TypeVar("Result")

HELP = "start everything and keep it running"
MORE = (
    "Starts PostgreSQL and Valkey of its own, brings the schema up to date, makes a sample on first use, then runs the "
    "web app, Dagster and the dashboards. REDRESS_DATABASE_URL, REDRESS_OWNER_URL, REDRESS_READER_URL, "
    "REDRESS_WAREHOUSE_URL, REDRESS_ANALYST_URL and REDRESS_REDIS_URL name servers to use instead of its own ones."
)
ADDRESSES = ("database_url", "owner_url", "reader_url", "warehouse_url", "analyst_url", "dagster_url", "redis_url")
PORTS = ("port", "dagster_port", "dashboards_port")
ACCOUNTS = (
    ("agent1@example.com", "password123", "agent"),
    ("john.doe@example.com", "password123", "customer"),
    ("admin@example.com", "admin123", "admin"),
)


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("up", parents=[home], help=HELP, description=MORE)
    command.add_argument("--port", type=port, metavar="N", help="of the web app (default: 8000)")
    command.add_argument("--dagster-port", type=port, metavar="N", help="of Dagster (default: 3000)")
    command.add_argument("--dashboards-port", type=port, metavar="N", help="of the dashboards (default: 8501)")
    command.add_argument("--no-sample", action="store_true", help="start empty instead of with 2,000 tickets")
    command.add_argument("--no-dagster", action="store_true", help="leave Dagster out: nothing sweeps, no warehouse")
    command.add_argument("--no-dashboards", action="store_true", help="leave the dashboards out")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.servers.stores import hold

    home = (args.home or Path(os.environ.get("REDRESS_HOME") or ".redress")).absolute()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, interrupt)
    with hold(home):
        supervisor = Supervisor(say)
        with suppress(KeyboardInterrupt):
            try:
                start(args, home, supervisor)
                supervisor.watch()
            finally:
                supervisor.close()
    say("stopped")
    return 0


def interrupt(*_: Any) -> NoReturn:
    """Stop once; who asks again while we are stopping is not heard."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    raise KeyboardInterrupt


def start(args: argparse.Namespace, home: Path, supervisor: Supervisor) -> None:
    """Everything in its order; returns once all of it answers."""
    from api.cli import parts
    from api.cli.env import environment
    from api.cli.migrate import migrate
    from api.servers.stores import start_stores

    begun = time.monotonic()
    say(f"home {home}")
    chosen = with_ports(args, load(home=home))
    check_ports(args, chosen)
    start_stores(home, os.environ, {name: getattr(chosen, name) for name in PORTS}, supervisor, took)
    settings = with_ports(args, load(environ=own_environment(), home=home))
    timed("Schema", lambda: migrate(settings))
    has_sample = False
    if not args.no_sample:
        from api.sample.load import load_sample

        has_sample = timed("Sample", lambda: load_sample(settings))
    environ = own_environment() | environment(settings)
    if not args.no_dagster and not (settings.home / "lake").exists() and not settings.lake_url:
        build_first_lake(settings, environ)
    first, then = [parts.api_part(settings, environ)], []
    if not args.no_dagster:
        locations, then = parts.dagster_parts(settings, environ)
        first += locations
    if not args.no_dashboards:
        first.append(parts.dashboards_part(settings, environ))
    for wave in (first, then):
        for part in wave:
            supervisor.start(part)
        supervisor.wait(took)
    say(f"ready ({time.monotonic() - begun:.1f} s)")
    say(f"  web app      {settings.url}")
    say(f"  API          {settings.url}/schema")
    if not args.no_dashboards:
        say(f"  dashboards   http://localhost:{settings.dashboards_port}")
    if not args.no_dagster:
        say(f"  Dagster      http://localhost:{settings.dagster_port}")
    if has_sample:
        for email, password, role in ACCOUNTS:
            say(f"  {role:<13}{email} / {password}")
    say("Ctrl-C stops it.")


def build_first_lake(settings: Settings, environ: dict[str, str]) -> None:
    """Fill the lake once, so that the dashboards have something to show before Dagster's first run."""
    import sys

    from api.cli.env import SOURCE
    from api.servers.processes import spawn, stop

    begun = time.monotonic()
    log = settings.home / "logs" / "warehouse.log"
    child = spawn("Warehouse", [sys.executable, "-m", "pipelines.build"], log, env=environ, cwd=SOURCE)
    try:
        code = child.process.wait()
    finally:
        stop(child)
    took("Warehouse", time.monotonic() - begun)
    if code:
        say(f"The warehouse could not be built; Dagster tries again. See {log}")


def with_ports(args: argparse.Namespace, settings: Settings) -> Settings:
    """The settings with the ports of the command line."""
    chosen = {name: getattr(args, name) for name in PORTS}
    return msgspec.structs.replace(settings, **{name: value for name, value in chosen.items() if value is not None})


def check_ports(args: argparse.Namespace, settings: Settings) -> None:
    """Raises StartError naming the first port that somebody else has, and the option that chooses another."""
    wanted = {"--port": settings.port}
    if not args.no_dagster:
        wanted["--dagster-port"] = settings.dagster_port
    if not args.no_dashboards:
        wanted["--dashboards-port"] = settings.dashboards_port
    for option, number in wanted.items():
        if list(wanted.values()).count(number) > 1:
            raise StartError(f"Port {number} is wanted twice: choose another one by {option}.")
        if not is_free(number):
            raise StartError(f"Port {number} is taken: choose another one by {option}.")


def own_environment() -> dict[str, str]:
    """Our environment without addresses of stores: `secrets.json` says by now which ones count."""
    return {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith("REDRESS_") and name.removeprefix("REDRESS_").lower() in ADDRESSES)
    }


def timed(name: str, work: Callable[[], Result]) -> Result:
    begun = time.monotonic()
    result = work()
    took(name, time.monotonic() - begun)
    return result


def took(name: str, seconds: float) -> None:
    say(f"{name} … {seconds:.1f} s")


def say(line: str) -> None:
    print(line, flush=True)
