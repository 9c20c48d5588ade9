"""`redress import servicenow`: incidents out of a ServiceNow event log, as events at their own times."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.options import settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "take over tickets of another system"
SERVICENOW = "incidents out of a ServiceNow audit log (CSV, may be gzipped), with a proof that all of them arrived"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    sources = commands.add_parser("import", help=HELP, description=HELP).add_subparsers(
        title="sources", metavar="SOURCE", required=True
    )
    command = sources.add_parser("servicenow", parents=[home], help=SERVICENOW, description=SERVICENOW)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--time-zone", metavar="ZONE", default=None, help="zone of its times, e.g. Europe/Rome")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.importers.servicenow.load import import_file

    return import_file(settings_of(args), args.file, args.time_zone)
