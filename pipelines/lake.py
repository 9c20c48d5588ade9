"""The lake: one Delta table per mart under `settings.lake`, each change one commit, earlier versions kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

KEEP_HOURS = 7 * 24
"""How long files of earlier versions stay, for time travel and for readers that still hold them."""

MONTH = "month"
"""Partition column of tables that have a time: YYYY-MM of the local day."""

_NO_STATISTICS: dict[str, str | None] = {"delta.dataSkippingNumIndexedCols": "0"}
"""For small tables: the least and greatest value of a column would stay in Delta's log, a person's name among them."""


def path_of(lake: str, name: str) -> str:
    """Where the table lies; a folder of this machine is made when it is not there."""
    if "://" not in lake:
        Path(lake).mkdir(parents=True, exist_ok=True)
    return f"{lake.rstrip('/')}/{name}"


def open_table(path: str) -> DeltaTable | None:
    """The table as it stands, or None."""
    return DeltaTable(path) if DeltaTable.is_deltatable(path) else None


def write_all(path: str, schema: pl.Schema, parts: Iterator[pl.DataFrame], *, is_partitioned: bool) -> int:
    """Replace the table and its schema by the parts, one after the other in memory; returns the new version."""
    target = schema.to_frame().to_arrow().schema
    batches = (batch for part in parts for batch in part.to_arrow().cast(target).to_batches())
    write_deltalake(
        path,
        pa.RecordBatchReader.from_batches(target, batches),
        mode="overwrite",
        schema_mode="overwrite",
        partition_by=[MONTH] if is_partitioned else None,
        configuration={} if is_partitioned else _NO_STATISTICS,
    )
    return version(path)


def write_months(path: str, schema: pl.Schema, months: Sequence[str], parts: Iterator[pl.DataFrame]) -> int:
    """Replace these months by the parts, in one commit; returns the new version."""
    target = schema.to_frame().to_arrow().schema
    batches = (batch for part in parts for batch in part.to_arrow().cast(target).to_batches())
    listed = ", ".join(f"'{month}'" for month in months)
    write_deltalake(
        path,
        pa.RecordBatchReader.from_batches(target, batches),
        mode="overwrite",
        predicate=f"{MONTH} in ({listed})",
    )
    return version(path)


def version(path: str) -> int:
    return int(DeltaTable(path).version())


def schema_of(path: str) -> pl.Schema:
    """The columns of a table that is there."""
    return pl.scan_delta(path).collect_schema()


def vacuum(path: str, keep_hours: int = KEEP_HOURS) -> int:
    """Remove files no version of the last `keep_hours` needs; returns how many. 0 leaves the present version alone."""
    removed: list[Any] = DeltaTable(path).vacuum(
        retention_hours=keep_hours, dry_run=False, enforce_retention_duration=keep_hours >= KEEP_HOURS
    )
    return len(removed)
