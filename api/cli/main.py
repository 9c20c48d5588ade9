"""`redress`: start everything, or one part of it; look after what is there."""

import argparse
import sys
from pathlib import Path

from api.cli import (
    audit,
    backup,
    check,
    doctor,
    env,
    importing,
    lake,
    migrate,
    restore,
    serve,
    simulate,
    sweep,
    up,
    warehouse,
    worker,
)
from api.servers.processes import StartError

COMMANDS = (
    up, serve, worker, env, migrate, sweep, importing, simulate, warehouse, lake, audit, backup, restore, doctor, check,
)  # fmt: skip

EXAMPLES = """\
start here:
  redress up                      everything, with a sample of 2,000 tickets
  redress up --no-sample          everything, empty

Without --home, commands use the folder REDRESS_HOME names, else .redress here.
"""


def parser() -> argparse.ArgumentParser:
    """All subcommands; each module of COMMANDS adds its own and says what runs it."""
    top = argparse.ArgumentParser(
        prog="redress",
        description="Complaint ticketing with SLA tracking, whose record of events is a data platform.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    home = argparse.ArgumentParser(add_help=False)
    home.add_argument(
        "--home", type=Path, metavar="FOLDER", help="where data, secrets and logs lie (default: .redress)"
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(commands, home)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run a command; its exit code is 0, 1 for a finding or failure that was said, 2 for wrong usage."""
    args = parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except KeyboardInterrupt:
        return 130
    except (StartError, ValueError) as error:
        print(f"redress: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
