"""The files of tickets and the lake's tables, from and to wherever they lie."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import obstore
from obstore.store import LocalStore, from_url

from api.attachments.storage import open_storage
from api.settings import Settings


def open_files(settings: Settings) -> Any:
    """The store of tickets' files."""
    return open_storage(settings).store


def open_lake(settings: Settings) -> Any:
    """The store of the lake; a folder is made when it is not there."""
    if "://" in settings.lake:
        return from_url(settings.lake)
    Path(settings.lake).mkdir(parents=True, exist_ok=True)
    return LocalStore(settings.lake)


def names(store: Any) -> Iterator[str]:
    """Every object's name, in batches of the store's own."""
    for batch in obstore.list(store):
        for entry in batch:
            yield str(entry["path"])


def read(store: Any, name: str) -> tuple[int, Iterator[bytes]] | None:
    """(size, pieces) of an object; None when there is no such one."""
    try:
        found = obstore.get(store, name)
    except FileNotFoundError:
        return None
    return int(found.meta["size"]), (bytes(piece) for piece in found.stream())


def write(store: Any, name: str, pieces: Iterable[bytes]) -> None:
    """Put an object; it is there whole, or not at all."""
    obstore.put(store, name, iter(pieces))


def is_empty(store: Any) -> bool:
    return next(names(store), None) is None
