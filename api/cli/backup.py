"""`redress backup FILE`: both databases, the files of tickets and the lake in one file, while everything runs."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.options import settings_of
from api.servers.processes import StartError

if TYPE_CHECKING:
    from api.cli.options import Commands

HELP = "write databases, files and lake into one file, while everything runs"
MORE = (
    "REDRESS_BACKUP_RECIPIENT is the age public key (age1…) to encrypt to; without one the file is open to whoever has "
    "it, and leaves out the key that signs sessions and links."
)
NEW_KEY = "make a secret key for restoring in FILE instead, and print its public half; keep it on another machine"


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("backup", parents=[home], help=HELP, description=MORE)
    command.add_argument("file", type=Path, metavar="FILE", help="where to; one that is there is replaced at the end")
    command.add_argument("--new-key", action="store_true", help=NEW_KEY)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from api.backup.archive import make_key
    from api.backup.save import save
    from api.clock import now

    settings = None if args.new_key else settings_of(args)
    try:
        if settings is None:
            print(f"REDRESS_BACKUP_RECIPIENT={make_key(args.file)}")
            return 0
        manifest = save(settings, args.file, now())
    except OSError as error:
        raise StartError(f"{args.file} could not be written: {error.strerror or error}.") from error
    print(
        f"{args.file}: {manifest.tickets} tickets, {manifest.events} events, {len(manifest.members)} members, "
        f"{args.file.stat().st_size / 1e6:.1f} MB, {'encrypted' if settings.backup_recipient else 'not encrypted'}"
    )
    return 0
