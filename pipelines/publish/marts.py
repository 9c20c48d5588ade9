"""Marts to the lake: only the months that changed, one commit per table; nothing at all when nothing changed.

All tables of a run are read in one snapshot of the warehouse. What was published is remembered in `raw.published`, by
table and month, in that transaction; a run that is killed between both writes the same bytes again.
"""

from collections.abc import Iterator, Sequence

import msgspec
import polars as pl

from pipelines.lake import MONTH, open_table, path_of, schema_of, write_all, write_months
from pipelines.publish.contracts import Contract, check_contract
from pipelines.warehouse import Connection, frame

WHOLE = ""
"""The month of a table without time, or without rows."""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A table after publishing: its rows and version in the lake, and which months were written now."""

    name: str
    rows: int
    version: int
    written: list[str]


def publish_marts(conn: Connection, lake: str, marts: Sequence[Contract], *, is_full: bool = False) -> list[Published]:
    """Bring every table up to date; all of it when `is_full`. Raises BrokenContract before anything is written."""
    for mart in marts:
        check_contract(conn, mart)
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read")
        return [publish_mart(conn, lake, mart, is_full=is_full) for mart in marts]


def publish_mart(conn: Connection, lake: str, mart: Contract, *, is_full: bool = False) -> Published:
    """Write the months of one mart that differ from those published last. Call it in a transaction."""
    path = path_of(lake, mart.name)
    table = open_table(path)
    there = fingerprints(conn, mart) or {WHOLE: (0, 0)}
    before = {
        month: (hashed, rows)
        for month, hashed, rows in conn.execute(
            "select month, hash, row_count from raw.published where name = %s", [mart.name]
        )
    }
    rows = sum(count for _, count in there.values())
    if is_full or table is None or not before or schema_of(path) != mart.schema:
        months = sorted(there)
        made = write_all(path, mart.schema, _parts(conn, mart, months), is_partitioned=mart.day is not None)
    else:
        months = sorted(month for month in there.keys() | before.keys() if there.get(month) != before.get(month))
        if not months:
            return Published(name=mart.name, rows=rows, version=int(table.version()), written=[])
        parts = _parts(conn, mart, [month for month in months if month in there])
        made = (
            write_months(path, mart.schema, months, parts)
            if mart.day
            else write_all(path, mart.schema, parts, is_partitioned=False)
        )
    conn.execute("delete from raw.published where name = %s", [mart.name])
    conn.cursor().executemany(
        "insert into raw.published (name, month, hash, row_count) values (%s, %s, %s, %s)",
        [(mart.name, month, hashed, count) for month, (hashed, count) in there.items()],
    )
    return Published(name=mart.name, rows=rows, version=made, written=months)


def fingerprints(conn: Connection, mart: Contract) -> dict[str, tuple[object, int]]:
    """By month: a number that changes when a row does, and the count of rows.

    Rows that know their batch add it up: a changed row has a greater one than before. Others are hashed.
    """
    marker = "_batch" if mart.is_batched else "hashtextextended(t::text, 0)"
    day = mart.day or "null::date"
    found = conn.execute(
        f"select coalesce(to_char(day, 'YYYY-MM'), '{WHOLE}'), sum(hash)::numeric, sum(row_count) "
        f"from (select {day} as day, sum({marker}) as hash, count(*) as row_count from marts.{mart.name} t group by 1) d group by 1".encode()
    )
    return {row[0]: (row[1], int(row[2])) for row in found}


def _parts(conn: Connection, mart: Contract, months: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The rows of these months, month by month, as the lake keeps them."""
    names = ", ".join(mart.columns)
    for month in months:
        if mart.day is None:
            yield frame(conn, f"select {names} from marts.{mart.name}")
        elif month != WHOLE:
            first = f"{month}-01"
            rows = frame(
                conn,
                f"select {names} from marts.{mart.name} where {mart.day} >= %(first)s::date "
                f"and {mart.day} < %(first)s::date + interval '1 month'",
                {"first": first},
            )
            yield rows.with_columns(pl.lit(month).alias(MONTH))
