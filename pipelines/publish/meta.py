"""What readers of the lake need to know beside the numbers: `_meta` (what is published, as of when) and `data_health`.

`_meta` is written last and names the version of every table: who reads the tables at those versions sees one state of
the warehouse, even while the next one is being written. `data_health` is written even when a check stops publishing.
"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from pipelines.lake import open_table, path_of, write_all
from pipelines.publish.marts import Published
from pipelines.warehouse import Connection, frame

META = "_meta"
HEALTH = "data_health"

_INSTANT = pl.Datetime("us", "UTC")
META_SCHEMA = pl.Schema(
    {
        "name": pl.String(),
        "version": pl.Int64(),
        "row_count": pl.Int64(),
        "data_batch": pl.Int64(),
        "data_tx": pl.Int64(),
        "data_id": pl.Int64(),
        "newest_event_at": _INSTANT,
        "time_zone": pl.String(),
        "built_at": _INSTANT,
    }
)
"""One row per published mart. (`data_tx`, `data_id`) is the place in the log that all of them stand at."""

HEALTH_SCHEMA = pl.Schema(
    {
        "name": pl.String(),
        "level": pl.String(),
        "is_blocking": pl.Boolean(),
        "checked": pl.Int64(),
        "failed": pl.Int64(),
        "detail": pl.String(),
        "checked_at": _INSTANT,
    }
)
"""One row per check, its latest result; `level` is ok, warning or error."""

_POSITION = """
select b.id as data_batch, b.to_tx as data_tx, b.to_id as data_id,
       (select max(occurred_at) from raw.events) as newest_event_at, (select time_zone from raw.installation) as time_zone
from raw.batches b join raw.watermarks w on w.name = 'sla_spans' and w.id = b.id
"""


def write_meta(conn: Connection, lake: str, published: Sequence[Published], at: datetime) -> bool:
    """Write `_meta`, unless it says the same already but for `built_at`; returns whether it wrote."""
    rows = pl.DataFrame(
        {
            "name": [table.name for table in published],
            "version": [table.version for table in published],
            "row_count": [table.rows for table in published],
        }
    ).join(frame(conn, _POSITION), how="cross")
    rows = rows.with_columns(built_at=at).match_to_schema(META_SCHEMA).sort("name")
    path = path_of(lake, META)
    if (table := open_table(path)) is not None:
        # Not pl.read_delta: it looks for `a%20folder` where the lake lies in `a folder`.
        before = pl.DataFrame(table.to_pyarrow_table())
        if before.schema == META_SCHEMA and before.sort("name").drop("built_at").equals(rows.drop("built_at")):
            return False
    write_all(path, META_SCHEMA, iter([rows]), is_partitioned=False)
    return True


def write_health(conn: Connection, lake: str) -> None:
    """Write `data_health`: the latest result of each check."""
    rows = frame(conn, f"select {', '.join(HEALTH_SCHEMA)} from raw.checks order by name")
    write_all(path_of(lake, HEALTH), HEALTH_SCHEMA, iter([rows]), is_partitioned=False)
