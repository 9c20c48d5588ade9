"""The warehouse: its connection, its `raw` schema, and rows as polars frames by COPY."""

import io
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import psycopg
from psycopg import sql

from api.settings import Settings

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

_ROOT = Path(__file__).parent
_NULL = r"\N"
_INSTANT = pl.Datetime("us", "UTC")
_KINDS: dict[str, pl.DataType] = {
    "bool": pl.Boolean(),
    "int2": pl.Int64(),
    "int4": pl.Int64(),
    "int8": pl.Int64(),
    "float4": pl.Float64(),
    "float8": pl.Float64(),
    "numeric": pl.Float64(),
    "date": pl.Date(),
    "timestamptz": _INSTANT,
    "int8[]": pl.List(pl.Int64()),
    "text[]": pl.List(pl.String()),
}
"""PostgreSQL's type → the frame's; any other becomes text."""
_TRANSPORT: dict[type[pl.DataType], pl.DataType] = {
    pl.String: pl.String(),
    pl.Float64: pl.Float64(),
    pl.List: pl.String(),
}
"""The frame's type → how it travels; any other as a whole number."""


@cache
def statement(name: str) -> str:
    """Text of `pipelines/<room>/sql/<statement>.sql`, for the name `<room>/<statement>`."""
    room, file = name.split("/")
    return (_ROOT / room / "sql" / f"{file}.sql").read_text()


@contextmanager
def connect(url: str) -> Generator[Connection]:
    """A connection in UTC; each `conn.transaction()` in its block is one transaction."""
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC -c jit=off") as conn:
        yield conn


@contextmanager
def open_warehouse(settings: Settings) -> Generator[Connection]:
    """The warehouse, as its owner, with schema `raw` in place."""
    with connect(settings.warehouse_url) as conn:
        ensure_raw(conn)
        yield conn


def ensure_raw(conn: Connection) -> None:
    """Create what is missing of schema `raw`. One at a time: two processes may start together."""
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(hashtext('ensure_raw'))")
        conn.execute("set local client_min_messages = warning")
        conn.execute(statement("ingest/raw").encode())


@contextmanager
def alone(warehouse: Connection) -> Generator[None]:
    """Wait until no other build is writing marts or lake, and keep others waiting until the block ends."""
    warehouse.execute("select pg_advisory_lock(hashtext('warehouse'))")
    try:
        yield
    finally:
        warehouse.execute("select pg_advisory_unlock(hashtext('warehouse'))")


def value(conn: Connection, query: str, params: Mapping[str, Any] | None = None) -> Any:
    """The first column of the first row, or None."""
    row = conn.execute(query.encode(), params).fetchone()
    return row[0] if row else None


def watermark(conn: Connection, name: str) -> tuple[int, int]:
    """How far this reader has come, as (tx, id); its row stays locked until the transaction ends."""
    conn.execute("insert into raw.watermarks values (%s, 0, 0) on conflict do nothing", [name])
    row = conn.execute("select tx, id from raw.watermarks where name = %s for update", [name]).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def move_watermark(conn: Connection, name: str, tx: int, position: int) -> None:
    conn.execute("update raw.watermarks set tx = %s, id = %s where name = %s", [tx, position, name])


def frame(conn: Connection, query: str, params: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The rows of a query as a frame: COPY as CSV, with instants as microseconds and dates as days."""
    columns = columns_of(conn, query, params)
    wrapped = f"copy (select {', '.join(_encoded(*column) for column in columns)} from ({query}) q) to stdout (format csv, null '{_NULL}')"
    buffer = io.BytesIO()
    with conn.cursor().copy(wrapped.encode(), params) as copy:
        for block in copy:
            buffer.write(block)
    schema = pl.Schema({name: kind_of(kind) for name, kind in columns})
    return _decoded(buffer, schema)


def columns_of(conn: Connection, query: str, params: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """Name and PostgreSQL type of each column of a query, without running it."""
    cursor = psycopg.ClientCursor(conn)
    cursor.execute(f"select * from ({query}) q limit 0".encode(), params)
    return [(column.name, _type_name(conn, column.type_code)) for column in cursor.description or ()]


def _type_name(conn: Connection, oid: int) -> str:
    found = conn.adapters.types.get(oid)
    if found is None:
        return "text"
    return f"{found.name}[]" if oid == found.array_oid else found.name


def kind_of(postgres_type: str) -> pl.DataType:
    """The frame's type for a PostgreSQL type."""
    return _KINDS.get(postgres_type, pl.String())


def write(conn: Connection, table: sql.Composable, rows: pl.DataFrame) -> None:
    """Append the rows by COPY; the frame's columns are the table's."""
    names = sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    query = sql.SQL("copy {} ({}) from stdin (format csv, null {})").format(table, names, sql.Literal(_NULL))
    with conn.cursor().copy(query) as copy:
        for part in rows.iter_slices(100_000):
            copy.write(
                part.write_csv(include_header=False, null_value=_NULL, datetime_format="%Y-%m-%d %H:%M:%S%.6f%z")
            )


def _encoded(name: str, kind: str) -> str:
    column = sql.Identifier(name).as_string()
    if kind == "timestamptz":
        return f"(extract(epoch from {column}) * 1000000)::bigint"
    if kind == "date":
        return f"{column} - date '1970-01-01'"
    if kind == "bool":
        return f"{column}::int"
    if kind.endswith("[]"):
        return f"to_json({column})::text"
    return column if kind in _KINDS else f"{column}::text"


def _decoded(buffer: io.BytesIO, schema: pl.Schema) -> pl.DataFrame:
    if buffer.tell() == 0:
        return schema.to_frame()
    buffer.seek(0)
    transport = {name: _TRANSPORT.get(type(kind), pl.Int64()) for name, kind in schema.items()}
    rows = pl.read_csv(
        buffer, has_header=False, schema=pl.Schema(transport), null_values=[_NULL], empty_string_is_null=False
    )
    return rows.select(
        pl.col(name).str.json_decode(kind) if isinstance(kind, pl.List) else pl.col(name).cast(kind)
        for name, kind in schema.items()
    )
