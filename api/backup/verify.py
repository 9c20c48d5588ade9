"""Is what was restored what the record says? The log's seals, state from events, every file's hash, the lake's tables."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
from deltalake import DeltaTable

from api.actor import SYSTEM
from api.attachments.storage import FILE
from api.backup import objects
from api.backup.archive import Manifest
from api.clock import now
from api.db import Database
from api.events.replay import replay
from api.events.seal import verify
from api.settings import Settings

META = "_meta"
BATCH = 1_000


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, how it is, and whether that is as it should be."""

    subject: str
    told: str
    is_good: bool


async def findings(settings: Settings, manifest: Manifest) -> list[Finding]:
    """All that can be said, the cheap things first."""
    with psycopg.connect(settings.owner_url, autocommit=True) as conn:
        return [
            _counts(conn, manifest),
            _order(conn),
            await _record(settings),
            _state(conn),
            _files(conn, settings, manifest),
            *([_lake(settings)] if manifest.has_warehouse else []),
        ]


def _counts(conn: psycopg.Connection[Any], manifest: Manifest) -> Finding:
    row = conn.execute("select (select count(*) from tickets), (select count(*) from audit_logs)").fetchone()
    told = f"{row[0]} tickets and {row[1]} events of {manifest.tickets} and {manifest.events}" if row else "none"
    return Finding("database", told, row == (manifest.tickets, manifest.events))


def _order(conn: psycopg.Connection[Any]) -> Finding:
    """Readers of the log go by transaction: what is written from now on must come after all that is there."""
    row = conn.execute(
        "select coalesce(max(tx), '0'::xid8) < pg_snapshot_xmin(pg_current_snapshot()) from audit_logs"
    ).fetchone()
    is_past = bool(row and row[0])
    return Finding("order", "new events come after the old ones" if is_past else "old events are not settled", is_past)


async def _record(settings: Settings) -> Finding:
    db = Database(settings.owner_url, 1, statement_timeout="0")
    await db.open()
    try:
        async with db.open_read(SYSTEM, now()) as read:
            verdict = await verify(read)
    finally:
        await db.close()
    intact = f"intact, {verdict.rows} rows under {verdict.seals} seals, {verdict.unsealed} not sealed yet"
    return Finding("record", verdict.problem or intact, verdict.problem is None)


def _state(conn: psycopg.Connection[Any]) -> Finding:
    found = replay(conn)
    return Finding("state", found.problem or f"{found.tickets} tickets are as their events tell", found.problem is None)


def _files(conn: psycopg.Connection[Any], settings: Settings, manifest: Manifest) -> Finding:
    store, count = objects.open_files(settings), 0
    for attachment_id, name, sha256 in _stored(conn):
        found = objects.read(store, name)
        if found is None and name in manifest.gone:
            continue
        if found is None or _sha256(found[1]) != sha256:
            return Finding("files", f"the file of attachment {attachment_id} is not as it was stored", False)
        count += 1
    gone = f", {len(manifest.gone)} were removed meanwhile" if manifest.gone else ""
    return Finding("files", f"{count} are as they were stored{gone}", True)


def _stored(conn: psycopg.Connection[Any]) -> Iterator[tuple[int, str, bytes]]:
    with conn.transaction(), conn.cursor("stored") as cursor:
        cursor.itersize = BATCH
        for row in cursor.execute("select id, folder, sha256 from attachments order by id"):
            yield row[0], f"{row[1]}/{FILE}", row[2]


def _sha256(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _lake(settings: Settings) -> Finding:
    """Every table opens at the version that the newest publication names, with as many rows."""
    root = settings.lake.rstrip("/")
    if not DeltaTable.is_deltatable(f"{root}/{META}"):
        return Finding("lake", "nothing was published yet", True)
    published: list[dict[str, Any]] = DeltaTable(f"{root}/{META}").to_pyarrow_table().to_pylist()
    for each in published:
        table = DeltaTable(f"{root}/{each['name']}", version=each["version"])
        if table.to_pyarrow_dataset().count_rows() != each["row_count"]:
            return Finding("lake", f"{each['name']} has not the rows that were published", False)
    return Finding("lake", f"{len(published)} tables at the versions of the newest publication", True)
