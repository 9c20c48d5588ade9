"""Writing a backup while everything runs.

The warehouse knows what it has read of the product, so it is read first and is never ahead of it; the lake and the
warehouse are read while no build may write them. The product's dump and the list of its files are one snapshot.
"""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from api.attachments.storage import FILE, PREVIEW
from api.backup import dumps, objects
from api.backup.archive import Manifest, Writer, writing
from api.servers.processes import StartError
from api.settings import Settings

PRODUCT, WAREHOUSE = "redress.dump", "warehouse.dump"
LAKE, FILES = "lake/", "attachments/"
BATCH = 1_000

_STORED = "select id, folder, has_preview from attachments order by id"


def save(settings: Settings, path: Path, at: datetime) -> Manifest:
    """Write the backup of an installation to `path`, encrypted to `backup_recipient`; returns what it holds.

    Raises StartError when a database cannot be dumped, or a file that a ticket has is not in the storage.
    """
    # Dumps wait in the home, where what they hold lies anyway, and not beside the file, which may be on a foreign disk.
    with writing(path, settings.backup_recipient) as archive, tempfile.TemporaryDirectory(dir=settings.home) as folder:
        scratch = Path(folder) / "dump"
        if settings.warehouse_url:
            with _no_builds(settings.warehouse_url):
                _save_lake(archive, settings)
                dumps.dump(settings.warehouse_url, scratch)
            archive.add_file(WAREHOUSE, scratch)
        with psycopg.connect(settings.owner_url, options="-c timezone=UTC") as conn:
            conn.execute("set transaction isolation level repeatable read, read only")
            manifest = _describe(conn, settings, at)
            dumps.dump(settings.owner_url, scratch, _value(conn, "select pg_export_snapshot()"))
            archive.add_file(PRODUCT, scratch)
            manifest.gone = _save_files(archive, settings, conn)
        _check_gone(settings, manifest.gone)
        archive.finish(manifest)
    return manifest


@contextmanager
def _no_builds(warehouse_url: str) -> Generator[None]:
    """Wait for the end of a build that writes marts or lake, and keep the next one waiting."""
    with psycopg.connect(warehouse_url, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(hashtext('warehouse'))")
        yield


def _describe(conn: psycopg.Connection[Any], settings: Settings, at: datetime) -> Manifest:
    is_secret = bool(settings.backup_recipient)
    return Manifest(
        made_at=at,
        revision=_value(conn, "select version_num from alembic_version"),
        has_warehouse=bool(settings.warehouse_url),
        tickets=_value(conn, "select count(*) from tickets"),
        events=_value(conn, "select count(*) from audit_logs"),
        secret_key=settings.secret_key if is_secret else "",
        push_key=settings.push_key if is_secret else "",
    )


def _save_lake(archive: Writer, settings: Settings) -> None:
    store = objects.open_lake(settings)
    for name in sorted(objects.names(store)):
        if found := objects.read(store, name):
            archive.add(LAKE + name, *found)


def _save_files(archive: Writer, settings: Settings, conn: psycopg.Connection[Any]) -> list[str]:
    """Add every file the snapshot names; returns those that are not there."""
    store, gone = objects.open_files(settings), list[str]()
    with conn.cursor("stored") as cursor:
        cursor.itersize = BATCH
        for _, folder, has_preview in cursor.execute(_STORED):
            for name in (f"{folder}/{FILE}", *([f"{folder}/{PREVIEW}"] if has_preview else [])):
                if found := objects.read(store, name):
                    archive.add(FILES + name, *found)
                else:
                    gone.append(name)
    return gone


def _check_gone(settings: Settings, gone: list[str]) -> None:
    """What is not there must have been removed since the snapshot, with its row."""
    folders = sorted({name.rpartition("/")[0] for name in gone})
    with psycopg.connect(settings.owner_url) as conn:
        left = conn.execute(
            "select id, folder from attachments where folder = any(%s) order by id", [folders]
        ).fetchone()
    if left:
        raise StartError(f"The file of attachment {left[0]} is not in the storage ({left[1]}); no backup was written.")


def _value(conn: psycopg.Connection[Any], query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None
