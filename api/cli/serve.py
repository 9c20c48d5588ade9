"""`redress serve`: the API and the web app, in the foreground."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import count, port, settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

WORKER_SECONDS = 8
"""How long a request may go on after the order to stop."""

HELP = "run the API and the web app alone, on servers that are there"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("serve", parents=[home], help=HELP, description=HELP)
    command.add_argument("--host", metavar="ADDRESS", help="where to listen (default: 127.0.0.1)")
    command.add_argument("--port", type=port, metavar="N", help="where to listen (default: 8000)")
    command.add_argument("--workers", type=count, metavar="N", help="processes (default: 1)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import os
    import tempfile

    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.server import Server

    from api.cli.doctor import refusals

    settings = settings_of(args)
    if found := refusals(settings):
        print("REDRESS_ENV=production does not start like this:")
        print(*(f"- {finding}" for finding in found), sep="\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="redress-metrics-") as counts:
        # Workers read their settings from the environment, the last one before prometheus_client is imported.
        os.environ["REDRESS_HOME"] = str(settings.home)
        os.environ["REDRESS_PORT"] = str(args.port or settings.port)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        Server(
            "api.app:create_app",
            factory=True,
            address=args.host or settings.host,
            port=args.port or settings.port,
            workers=args.workers or settings.api_workers,
            interface=Interfaces.ASGI,
            loop=Loops.uvloop,
            http=HTTPModes.http1,
            respawn_failed_workers=True,
            workers_kill_timeout=WORKER_SECONDS,
        ).serve()
    return 0
