"""State from events: folds the log ticket by ticket and compares what it tells with what the tables hold."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
from psycopg.rows import tuple_row

from api.events.fields import TicketFields
from api.events.hashes import salted_sha256

FIELDS = [field for field in TicketFields.__struct_fields__ if not field.endswith("_sha256")]
BATCH = 2_000

_TOLD = "select ticket_id, new_values from audit_logs where entity_type = 'ticket' and ticket_id > %s order by ticket_id, id"
_KEPT = f"select id, salt, {', '.join(FIELDS)} from tickets where id > %s order by id"


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What replaying found. `problem` is a sentence about the first ticket that differs, None when the log is the state."""

    tickets: int
    problem: str | None = None


def replay(conn: psycopg.Connection[Any], after: int = 0) -> Replay:
    """Fold the log of the tickets with ids over `after` in the memory of one batch, as of one instant. The connection must not be in a transaction."""
    tickets = 0
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        told = groupby(_rows(conn, "told", _TOLD, after), key=itemgetter(0))
        event = next(told, None)
        for ticket_id, salt, *values in _rows(conn, "kept", _KEPT, after):
            if event is not None and event[0] < ticket_id:
                break
            if event is None or event[0] != ticket_id:
                return Replay(tickets=tickets, problem=f"Ticket {ticket_id} has no events.")
            state = _folded(new for _, new in event[1])
            if fields := _differing(state, dict(zip(FIELDS, values, strict=True)), salt):
                return Replay(tickets=tickets, problem=f"Ticket {ticket_id} is not as its events tell: {fields}.")
            tickets += 1
            event = next(told, None)
        if event is not None:
            return Replay(tickets=tickets, problem=f"Ticket {event[0]} has events, but is not there.")
    return Replay(tickets=tickets)


def _rows(conn: psycopg.Connection[Any], name: str, query: str, after: int) -> Iterator[tuple[Any, ...]]:
    with conn.cursor(name, row_factory=tuple_row) as cursor:
        cursor.itersize = BATCH
        yield from cursor.execute(query.encode(), [after])


def _folded(events: Iterator[dict[str, Any] | None]) -> dict[str, Any]:
    """Later values over earlier ones, in the log's order."""
    state: dict[str, Any] = dict.fromkeys(FIELDS)
    for new in events:
        state |= {name: value for name, value in (new or {}).items() if name in state}
    return state


def _differing(told: dict[str, Any], row: dict[str, Any], salt: bytes) -> str:
    """Names of the fields in which they differ. Of what somebody wrote freely the log holds a hash."""
    kept: dict[str, Any] = msgspec.to_builtins(row)
    logged = told["custom_attributes"] or {}
    kept["custom_attributes"] = {
        key: {"sha256": salted_sha256(salt, value)} if isinstance(logged.get(key), dict) else value
        for key, value in kept["custom_attributes"].items()
    }
    return ", ".join(name for name in FIELDS if _comparable(name, told[name]) != _comparable(name, kept[name]))


def _comparable(name: str, value: Any) -> Any:
    return msgspec.convert(value, type=datetime) if name.endswith("_at") and value else value
