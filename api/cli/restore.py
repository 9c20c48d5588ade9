"""`redress restore FILE`: a new installation out of a backup, and the proof that it is the one that was saved."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from api.servers.processes import StartError, Supervisor
from api.settings import load

if TYPE_CHECKING:
    from api.backup.archive import Manifest
    from api.cli.options import Commands

HELP = "fill an empty installation from a backup, and check it"
MORE = (
    "Reads the whole file before it changes anything. Starts servers of its own for the home and ends them again, unless "
    "REDRESS_DATABASE_URL and the other addresses name empty databases. Exit code 1 when a check does not hold."
)


def add(commands: "Commands", home: argparse.ArgumentParser) -> None:
    command = commands.add_parser("restore", parents=[home], help=HELP, description=MORE)
    command.add_argument("file", type=Path, metavar="FILE", help="what `redress backup` wrote")
    command.add_argument("--identity", type=Path, metavar="KEY", help="file of the secret key, when it is encrypted")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import asyncio

    from api.backup.archive import check
    from api.backup.restore import restore
    from api.backup.verify import findings
    from api.cli.migrate import migrate
    from api.cli.up import PORTS, own_environment, took
    from api.servers.migrations import is_known
    from api.servers.stores import hold, start_stores

    try:
        manifest = check(args.file, args.identity)
    except OSError as error:
        raise StartError(f"{error.filename or args.file} could not be read: {error.strerror or error}.") from error
    print(f"{args.file} of {manifest.made_at:%Y-%m-%d %H:%M} UTC is whole: {len(manifest.members)} members")
    if not is_known(manifest.revision):
        raise StartError(f"It was made by a newer Redress (revision {manifest.revision}).")
    home = (args.home or Path(os.environ.get("REDRESS_HOME") or ".redress")).absolute()
    supervisor = Supervisor(print)
    with hold(home):
        try:
            keep_keys(home, manifest)
            chosen = load(home=home)
            start_stores(home, os.environ, {name: getattr(chosen, name) for name in PORTS}, supervisor, took)
            settings = load(environ=own_environment(), home=home)
            restore(settings, args.file, args.identity)
            migrate(settings)
            found = asyncio.run(findings(settings, manifest))
        finally:
            supervisor.close()
    for finding in found:
        print(f"{'ok ' if finding.is_good else 'off'} {finding.subject}: {finding.told}")
    if not manifest.secret_key:
        print("It was not encrypted and holds no keys: people sign in anew, links in mails no longer work.")
    return int(not all(finding.is_good for finding in found))


def keep_keys(home: Path, manifest: "Manifest") -> None:
    """The keys that sign go into `secrets.json`, unless the home has some already."""
    from api.servers.stores import read, write

    known = read(home)
    keys = {"secret_key": manifest.secret_key, "push_key": manifest.push_key}
    write(home, {name: value for name, value in keys.items() if value} | known)
