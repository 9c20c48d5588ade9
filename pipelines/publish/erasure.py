"""Erasure reaches the past: once a person was erased, no earlier version of the lake names them.

The warehouse holds no words and no customer's name; a member of staff is named in one table, as the product names them now.
Its earlier versions go at the next publication after `person.erased`, and not after KEEP_HOURS as others' do.
"""

from pipelines.lake import open_table, path_of, vacuum
from pipelines.warehouse import Connection, move_watermark, value, watermark

READER = "erasure"
NAMING = ("dim_agents",)
"""Published tables that hold names of people."""

_ERASED = "select exists (select from raw.events where _batch > %(after)s and action = 'person.erased')"


def forget(conn: Connection, lake: str) -> int:
    """Remove earlier versions' files of tables with names, if anybody was erased since the last call; returns how many."""
    with conn.transaction():
        _, after = watermark(conn, READER)
        newest = int(value(conn, "select coalesce(max(id), 0) from raw.batches"))
        removed = 0
        if newest > after and value(conn, _ERASED, {"after": after}):
            paths = [path_of(lake, name) for name in NAMING]
            removed = sum(vacuum(path, keep_hours=0) for path in paths if open_table(path) is not None)
        move_watermark(conn, READER, 0, newest)
    return removed
