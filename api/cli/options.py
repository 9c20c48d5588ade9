"""What subcommands share: the kinds of their arguments, and the settings they run with."""

import argparse
from typing import Any, Protocol

from api.servers.processes import StartError
from api.settings import Settings, load


class Commands(Protocol):
    """Where a subcommand adds itself: what `ArgumentParser.add_subparsers` returns."""

    def add_parser(self, name: str, **kwargs: Any) -> argparse.ArgumentParser: ...


def settings_of(args: argparse.Namespace) -> Settings:
    """Settings of the home. Raises StartError when it has none, because nothing was started there yet."""
    settings = load(home=args.home)
    if not settings.database_url:
        raise StartError(f"{settings.home} knows no database: run `redress up` once, or set REDRESS_DATABASE_URL.")
    return settings


def port(text: str) -> int:
    """A TCP port."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is no port; ports are 1 to 65535")
    return number


def count(text: str) -> int:
    """A number of things, at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
