"""`redress audit verify`: did anybody change, remove or slip in a row of the log? With FILE: does a ticket's proof hold?"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.options import settings_of
from api.settings import Settings

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "look after the record of events"
VERIFY = "compare every row of the log with its seal; exit code 1 when one does not fit"
FILE = "a ticket's proof (GET /api/tickets/:id/proof), checked by itself, without a server"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    actions = commands.add_parser("audit", help=HELP, description=HELP).add_subparsers(
        title="actions", metavar="ACTION", required=True
    )
    command = actions.add_parser("verify", parents=[home], help=VERIFY, description=VERIFY)
    command.add_argument("file", nargs="?", type=Path, metavar="FILE", help=FILE)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import asyncio

    if args.file:
        return verify_file(args.file)
    return asyncio.run(verify_log(settings_of(args)))


async def verify_log(settings: Settings) -> int:
    """Print the verdict; 0 when the log is intact."""
    from api.actor import SYSTEM
    from api.clock import now
    from api.db import Database
    from api.events.seal import verify

    db = Database(settings.reader_url or settings.database_url, 1)
    await db.open()
    try:
        async with db.open_read(SYSTEM, now()) as read:
            verdict = await verify(read)
    finally:
        await db.close()
    if verdict.problem:
        print(verdict.problem)
        print(f"Up to there {verdict.rows} rows under {verdict.seals} seals are intact.")
        return 1
    print(
        f"The record is intact: {verdict.rows} rows under {verdict.seals} seals; {verdict.unsealed} are not sealed yet."
    )
    return 0


def verify_file(path: Path) -> int:
    """Print what a proof proves, and what it cannot; 0 when all in it fits."""
    from api.events.check import check

    try:
        with path.open("rb") as lines:
            verdict = check(lines)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from error
    if verdict.problem:
        print(verdict.problem)
        return 1
    print(
        f"The proof of {verdict.number} holds: {verdict.events - verdict.unsealed} events under {verdict.seals} seals"
    )
    print(f"are as they were sealed, and {verdict.words} texts are those they have the hash of.")
    if verdict.unsealed:
        print(f"{verdict.unsealed} events are not sealed yet: nothing proves those.")
    if verdict.seals:
        print(f"Seal {verdict.seal} is {verdict.sha256}: compare it with one that was kept, for a file")
        print("cannot prove that its seals are the installation's, nor that it holds all events of the ticket.")
    return 0
