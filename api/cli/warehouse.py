"""`redress warehouse build` and `full-refresh`: events → warehouse → marts → lake, once, without Dagster."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "look after the warehouse"
BUILD = "move new events into the warehouse, build the marts and publish them to the lake"
REFRESH = "compute all of the warehouse and the lake anew from the events it holds"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    actions = commands.add_parser("warehouse", help=HELP, description=HELP).add_subparsers(
        title="actions", metavar="ACTION", required=True
    )
    command = actions.add_parser("build", parents=[home], help=BUILD, description=BUILD)
    command.set_defaults(run=build, options=[])
    command = actions.add_parser("full-refresh", parents=[home], help=REFRESH, description=REFRESH)
    command.set_defaults(run=build, options=["--full-refresh"])


def build(args: argparse.Namespace) -> int:
    # A child process: `api` does not import `pipelines`.
    import os
    import subprocess
    import sys

    from api.cli.env import SOURCE, environment

    settings = settings_of(args)
    command = [sys.executable, "-m", "pipelines.build", *args.options]
    return subprocess.run(command, cwd=SOURCE, env=os.environ | environment(settings), check=False).returncode
