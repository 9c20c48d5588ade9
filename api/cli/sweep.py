"""`redress sweep`: do now what is due, as Dagster does every minute."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "breach, warn, close, route and seal what is due now"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("sweep", parents=[home], help=HELP, description=HELP)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.sweep import run_sweep

    result = run_sweep(settings_of(args))
    for name, number in result.done.items():
        print(f"{name:<10} {number}")
    print(f"{'sealed':<10} {result.sealed}")
    if not result.is_complete:
        print("Another sweep was running, or there is more to do: sweep again.")
    return 0
