"""`redress worker`: send e-mails, pushes and webhook calls, in a process of its own."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "send what waits to go out, in the foreground"
MORE = "The API's processes do this too, unless REDRESS_IS_WORKER_IN_API is false. Any number at once share the work."


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("worker", parents=[home], help=HELP, description=MORE)
    command.add_argument("--once", action="store_true", help="send what is due now, then stop")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api import log
    from api.worker import run_due, run_worker

    settings = settings_of(args)
    log.configure(as_json=settings.log_json)
    if args.once:
        print(f"{run_due(settings)} tries")
    else:
        run_worker(settings)
    return 0
