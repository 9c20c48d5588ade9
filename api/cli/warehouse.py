"""`redress warehouse build`: events → warehouse → marts → lake, once, without Dagster."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "look after the warehouse"
BUILD = "move new events into the warehouse, build the marts and publish them to the lake"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    actions = commands.add_parser("warehouse", help=HELP, description=HELP).add_subparsers(
        title="actions", metavar="ACTION", required=True
    )
    command = actions.add_parser("build", parents=[home], help=BUILD, description=BUILD)
    command.set_defaults(run=build)


def build(args: argparse.Namespace) -> int:
    # A child process: `api` does not import `pipelines`.
    import os
    import subprocess
    import sys

    from api.cli.env import SOURCE, environment

    settings = settings_of(args)
    command = [sys.executable, "-m", "pipelines.build"]
    return subprocess.run(command, cwd=SOURCE, env=os.environ | environment(settings), check=False).returncode
