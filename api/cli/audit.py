"""`redress audit verify`: did anybody change, remove or slip in a row of the log?"""

import argparse
from typing import TYPE_CHECKING

from api.cli.options import settings_of
from api.settings import Settings

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "look after the record of events"
VERIFY = "compare every row of the log with its seal; exit code 1 when one does not fit"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    actions = commands.add_parser("audit", help=HELP, description=HELP).add_subparsers(
        title="actions", metavar="ACTION", required=True
    )
    command = actions.add_parser("verify", parents=[home], help=VERIFY, description=VERIFY)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import asyncio

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
