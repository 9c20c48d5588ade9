"""State from events: the fold every test of an action compares with what the tables say."""

from datetime import datetime
from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row

from api.events.fields import TicketFields
from api.events.hashes import salted_sha256

FIELDS = [field for field in TicketFields.__struct_fields__ if not field.endswith("_sha256")]


def replayed(url: str) -> dict[int, dict[str, Any]]:
    """Every ticket's fields as its events tell them: later values over earlier ones, in the log's order."""
    with psycopg.connect(url, row_factory=dict_row) as conn:
        rows = conn.execute(
            "select ticket_id, new_values from audit_logs where entity_type = 'ticket' order by id"
        ).fetchall()
    state: dict[int, dict[str, Any]] = {}
    for row in rows:
        new = {name: value for name, value in (row["new_values"] or {}).items() if name in FIELDS}
        state.setdefault(row["ticket_id"], {}).update(new)
    return state


def stored(url: str) -> dict[int, dict[str, Any]]:
    """Every ticket's fields as the table holds them, in the log's notation."""
    with psycopg.connect(url, row_factory=dict_row) as conn:
        rows = conn.execute(f"select id, {', '.join(FIELDS)} from tickets".encode()).fetchall()
    return {row.pop("id"): msgspec.to_builtins(row) for row in rows}


def assert_log_is_the_state(url: str) -> None:
    """Raises AssertionError naming the first ticket whose events do not make its row."""
    told, kept = replayed(url), stored(url)
    with psycopg.connect(url) as conn:
        salts = dict(conn.execute("select id, salt from tickets").fetchall())
    assert told.keys() == kept.keys()
    for ticket_id, fields in kept.items():
        begun = dict.fromkeys(FIELDS)
        fields["custom_attributes"] = _hashed(told[ticket_id], fields["custom_attributes"], salts[ticket_id])
        assert _comparable(begun | told[ticket_id]) == _comparable(fields), f"ticket {ticket_id}"


def _hashed(told: dict[str, Any], attributes: dict[str, Any], salt: bytes) -> dict[str, Any]:
    """The attributes with those replaced of which the log holds a hash: what somebody wrote freely."""
    logged = told.get("custom_attributes") or {}
    return {
        key: {"sha256": salted_sha256(salt, value)} if isinstance(logged.get(key), dict) else value
        for key, value in attributes.items()
    }


def _comparable(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: msgspec.convert(value, type=datetime) if name.endswith("_at") and value else value
        for name, value in fields.items()
    }
