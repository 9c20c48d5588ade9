"""`redress migrate`: bring the schema to this version, and put in what every installation needs."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import settings_of
from api.servers.processes import StartError
from api.settings import Settings

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "bring the database's schema to this version"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("migrate", parents=[home], help=HELP, description=HELP)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.servers.migrations import newest

    migrate(settings_of(args))
    print(f"the schema is at revision {newest()}")
    return 0


def migrate(settings: Settings) -> None:
    """Run what is missing, then put in what every installation needs. Raises StartError with a sentence that says what is the matter and where it stands."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    from api.sample.defaults import ensure_defaults
    from api.servers.migrations import current, is_empty, is_known, newest

    url = settings.owner_url
    name = conninfo_to_dict(url).get("dbname")
    try:
        before = current(url)
        if before is not None and not is_known(before):
            raise StartError(
                f"Database {name} is at revision {before}, which this version does not know: it belongs to a newer "
                "Redress or to another program. Nothing was changed."
            )
        if before is None and not is_empty(url):
            raise StartError(
                f"Database {name} holds tables that are not ours. Nothing was changed; use an empty database."
            )
    except psycopg.OperationalError as error:
        raise StartError(f"Database {name} cannot be reached: {str(error).strip()}") from error
    if before != newest():
        apply(url, name)
    with psycopg.connect(settings.database_url) as conn:
        ensure_defaults(conn)


def apply(url: str, name: object) -> None:
    from api.servers.migrations import current, newest, upgrade

    try:
        upgrade(url)
    except Exception as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise StartError(
            f"A migration of database {name} failed and was taken back; the schema is at revision {current(url) or 'none'} "
            f"of {newest()}. Reason: {reason} Once that is mended, run `redress migrate` again."
        ) from error
