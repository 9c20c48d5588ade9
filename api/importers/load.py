"""Write a history: chunk by chunk, each in one transaction, by COPY.

A chunk's tickets, events, comments, clocks and words to search come together or not at all, and a ticket that is there (by
its external id) is passed over: whoever was killed runs it again and goes on where it stopped. While two chunks are copied,
the next one is folded, and the one after it made, in other threads. One history is loaded at a time.
"""

import secrets
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from io import BytesIO
from queue import SimpleQueue
from typing import Any

import msgspec
import polars as pl
import psycopg

from api.db import sql
from api.importers.directory import write_directory
from api.importers.history import Chunk, History
from api.importers.promises import load_promises
from api.importers.tables import Ids, Tables, make_tables
from api.servers.migrations import is_known, newest
from api.tickets.rules.number import RANDOM_BITS, ticket_number

WRITERS = 2
"""Chunks written at once: what a transaction costs is mostly indexing, on one core of the server each."""
INSTANT = "%Y-%m-%d %H:%M:%S%.6f+00"


class ImportRefused(Exception):
    """The import cannot begin; the message says why in a sentence."""


class Loaded(msgspec.Struct, kw_only=True):
    """What a load wrote, and what it found there already."""

    tickets: int = 0
    tickets_known: int = 0
    events: int = 0
    comments: int = 0
    clocks: int = 0


@contextmanager
def open_import(database_url: str) -> Generator[psycopg.Connection[Any]]:
    """A connection that holds the right to import. Raises ImportRefused when it cannot be had, and says why."""
    try:
        conn: psycopg.Connection[Any] = psycopg.connect(database_url, options="-c timezone=UTC", connect_timeout=5)
    except psycopg.Error as error:
        raise ImportRefused(f"The database cannot be reached: {str(error).strip().splitlines()[0]}") from error
    with conn:
        _refuse_other_schemas(conn)
        locked = conn.execute("select pg_try_advisory_lock(hashtext('import'))").fetchone()
        if not locked or not locked[0]:
            raise ImportRefused("Another import is running; wait for its end.")
        conn.commit()
        yield conn


def _refuse_other_schemas(conn: psycopg.Connection[Any]) -> None:
    name = conn.info.dbname
    found = conn.execute("select to_regclass('public.alembic_version') is not null").fetchone()
    if not found or not found[0]:
        raise ImportRefused(f"Database {name} is not migrated; run `redress migrate` first.")
    try:
        row = conn.execute("select version_num from alembic_version").fetchone()
    except psycopg.errors.InsufficientPrivilege as error:
        raise ImportRefused(f"Database {name} belongs to another program; name ours.") from error
    revision = row[0] if row else "none"
    if revision == newest():
        return
    if is_known(revision):
        raise ImportRefused(f"Database {name} is at revision {revision}, not {newest()}; run `redress migrate` first.")
    raise ImportRefused(
        f"Database {name} is at revision {revision}, which this version does not know: it belongs to a newer Redress "
        "or to another program."
    )


def load(
    conn: psycopg.Connection[Any], history: History, now: datetime, told: Callable[[Loaded], None] | None = None
) -> Loaded:
    """Write all of it that is not there yet, as of `now`, which nothing in it is after. `told` hears of each chunk's end.

    Commits as it goes. Raises psycopg.Error; then the chunk that failed left nothing.
    """
    conn.execute("select ensure_audit_partitions(%s, %s)", (history.begins.date(), now.date()))
    known = write_directory(conn, history.directory)
    conn.commit()
    promises = load_promises(conn)
    conn.commit()
    loaded, numbers = Loaded(), set[int]()
    with ThreadPoolExecutor(1) as folder, _writers(conn) as write:
        writing: deque[Future[Loaded]] = deque()
        for chunk in _ahead(history.chunks):
            missing = _missing(conn, chunk, loaded)
            if missing.tickets.is_empty():
                continue
            ids = _take_ids(conn, missing, numbers)
            conn.commit()
            writing.append(write(folder.submit(make_tables, missing, ids, known, promises, now)))
            if len(writing) > WRITERS:
                _add(loaded, writing.popleft().result(), told)
        while writing:
            _add(loaded, writing.popleft().result(), told)
    return loaded


@contextmanager
def _writers(conn: psycopg.Connection[Any]) -> Generator[Callable[["Future[Tables]"], "Future[Loaded]"]]:
    """What writes a folded chunk on one of WRITERS connections of its own, to the database of `conn`."""
    free: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()

    def write(tables: "Future[Tables]") -> Loaded:
        rows = tables.result()
        own = free.get()
        try:
            return _write(own, rows)
        finally:
            free.put(own)

    with ExitStack() as stack:
        for _ in range(WRITERS):
            free.put(stack.enter_context(psycopg.connect(conn.info.dsn, password=conn.info.password)))
        pool = stack.enter_context(ThreadPoolExecutor(WRITERS))
        yield lambda tables: pool.submit(write, tables)


def _ahead(chunks: Iterator[Chunk]) -> Generator[Chunk]:
    """The chunks, each made while the one before it is written."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = maker.submit(next, chunks, None)
            yield chunk


def _missing(conn: psycopg.Connection[Any], chunk: Chunk, loaded: Loaded) -> Chunk:
    """The part of the chunk that is not there yet."""
    there = conn.execute(
        "select external_id from tickets where external_id = any(%s)", (chunk.tickets["external_id"].to_list(),)
    ).fetchall()
    loaded.tickets_known += len(there)
    return chunk.without(row[0] for row in there) if there else chunk


def _take_ids(conn: psycopg.Connection[Any], chunk: Chunk, numbers: set[int]) -> Ids:
    """Ids for the chunk's tickets and comments, and numbers that neither the database nor this load has given."""
    count = len(chunk.tickets)
    comments = int((chunk.happenings["kind"] == "comment").sum())
    given: list[str] = []
    while len(given) < count:
        drawn = {secrets.randbits(RANDOM_BITS) for _ in range(count - len(given))} - numbers
        numbers |= drawn
        wanted = [ticket_number(number) for number in drawn]
        taken = {row[0] for row in conn.execute("select number from tickets where number = any(%s)", (wanted,))}
        given += [number for number in wanted if number not in taken]
    return Ids(tickets=_next(conn, "tickets", count), comments=_next(conn, "comments", comments), numbers=given)


def _next(conn: psycopg.Connection[Any], table: str, count: int) -> list[int]:
    rows = conn.execute(
        "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", (table, count)
    ).fetchall()
    return sorted(row[0] for row in rows)


def _write(conn: psycopg.Connection[Any], tables: Tables) -> Loaded:
    with conn.transaction():
        copy(conn, "tickets", tables.tickets)
        copy(conn, "comments", tables.comments)
        copy(conn, "sla_clocks", tables.clocks)
        copy(conn, "audit_logs", tables.log)
        conn.execute(sql("search/index").encode(), {"ticket_ids": tables.tickets["id"].to_list()})
    return Loaded(
        tickets=len(tables.tickets), comments=len(tables.comments), clocks=len(tables.clocks), events=len(tables.log)
    )


def _add(loaded: Loaded, more: Loaded, told: Callable[[Loaded], None] | None) -> None:
    for name in Loaded.__struct_fields__:
        setattr(loaded, name, getattr(loaded, name) + getattr(more, name))
    if told:
        told(loaded)


def copy(conn: psycopg.Connection[Any], table: str, rows: pl.DataFrame) -> None:
    """COPY the rows into the columns of the same names. An empty string is written quoted, null is not."""
    if rows.is_empty():
        return
    lines = BytesIO()
    rows.write_csv(lines, include_header=False, datetime_format=INSTANT)
    statement = f"copy {table} ({', '.join(rows.columns)}) from stdin (format csv)"
    with conn.cursor() as cursor, cursor.copy(statement.encode()) as stream:
        stream.write(lines.getvalue())
