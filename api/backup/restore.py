"""Filling an empty installation from a backup that was checked."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg

from api.backup import dumps, objects
from api.backup.archive import MANIFEST, pieces_of, reading
from api.backup.save import FILES, LAKE, PRODUCT, WAREHOUSE
from api.servers.migrations import is_empty
from api.servers.processes import StartError
from api.settings import Settings


def restore(settings: Settings, path: Path, identity: Path | None) -> None:
    """Put everything of the file where `settings` say. Raises StartError when something is there already."""
    check_empty(settings)
    files, lake = objects.open_files(settings), objects.open_lake(settings)
    with tempfile.TemporaryDirectory(dir=settings.home) as folder, reading(path, identity) as members:
        for name, member in members:
            if name == PRODUCT:
                dumps.load(settings.owner_url, _kept(member, Path(folder)))
                dumps.catch_up(settings.owner_url)
            elif name == WAREHOUSE and settings.warehouse_url:
                drop_dagster_schema(settings.warehouse_url)
                dumps.load(settings.warehouse_url, _kept(member, Path(folder)))
            elif name.startswith(FILES):
                objects.write(files, name.removeprefix(FILES), pieces_of(member))
            elif name.startswith(LAKE):
                objects.write(lake, name.removeprefix(LAKE), pieces_of(member))
            elif name not in (MANIFEST, WAREHOUSE):
                raise StartError(f"This version does not know what {name} in {path} is.")


def check_empty(settings: Settings) -> None:
    """Raises StartError naming what is not empty."""
    for problem in _occupied(settings):
        raise StartError(f"{problem} Nothing was changed; restore into an empty installation, as by another --home.")


def _occupied(settings: Settings) -> Iterator[str]:
    for name, url in (("redress", settings.owner_url), ("warehouse", settings.warehouse_url)):
        if url and not is_empty(url):
            yield f"Database {name} holds tables."
    if not objects.is_empty(objects.open_files(settings)):
        yield "The storage of tickets' files is not empty."
    if not objects.is_empty(objects.open_lake(settings)):
        yield "The lake is not empty."


def drop_dagster_schema(warehouse_url: str) -> None:
    """The dump has it, with what Dagster keeps in it."""
    with psycopg.connect(warehouse_url, autocommit=True) as conn:
        conn.execute("drop schema if exists dagster")


def _kept(member: IO[bytes], folder: Path) -> Path:
    path = folder / "dump"
    with path.open("wb") as file:
        shutil.copyfileobj(member, file, 1024 * 1024)
    return path
