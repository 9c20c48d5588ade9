"""`redress env`: connection strings for psql, dbt and notebooks."""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

from api.cli.options import settings_of
from api.settings import Settings

if TYPE_CHECKING:
    from api.cli.options import Commands

SOURCE = Path(__file__).parents[2]
HELP = "print addresses and connection strings as NAME=value lines"
MORE = 'Use it in a shell by: set -a; eval "$(redress env)"; set +a'
NAMES = (
    "env", "database_url", "owner_url", "reader_url", "warehouse_url", "analyst_url", "dagster_url", "redis_url",
    "port", "dagster_port", "dashboards_port",
)  # fmt: skip


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("env", parents=[home], help=HELP, description=MORE)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    for name, value in environment(settings_of(args)).items():
        print(f"{name}={shlex.quote(value)}")
    return 0


def environment(settings: Settings) -> dict[str, str]:
    """What a child of ours, dbt or a notebook needs in its environment. The secret key stays in `secrets.json`."""
    found = {f"REDRESS_{name.upper()}": str(getattr(settings, name)) for name in NAMES}
    found["REDRESS_HOME"] = str(settings.home)
    found["REDRESS_LAKE_URL"] = settings.lake
    found["REDRESS_PUBLIC_URL"] = settings.url
    if settings.warehouse_url:
        parts = conninfo_to_dict(settings.warehouse_url)
        for name in ("host", "port", "user", "password", "dbname"):
            if (value := parts.get(name)) is not None:
                found[f"REDRESS_WAREHOUSE_{name.upper()}"] = str(value)
    found["DBT_PROJECT_DIR"] = found["DBT_PROFILES_DIR"] = str(SOURCE / "dbt")
    return found
