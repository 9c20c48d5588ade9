"""`redress simulate`: more tickets with their whole histories, for a look at larger numbers."""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import count, settings_of

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "make up tickets that ended in the last days"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("simulate", parents=[home], help=HELP, description=HELP)
    command.add_argument("--tickets", type=count, default=2000, metavar="N", help="how many (default: 2000)")
    command.add_argument("--days", type=count, default=90, metavar="N", help="over how many days (default: 90)")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="same seed, same tickets (default: 1)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.sample.simulate import simulate

    return simulate(settings_of(args), args.tickets, args.days, args.seed)
