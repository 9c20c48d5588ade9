"""Rows of the log written by hand, and the wait until they are settled."""

import time
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from pipelines.warehouse import Connection, value
from tests.worlds import NOON

WAIT_SECONDS = 30


def append(
    conn: Connection,
    action: str,
    ticket_id: int | None,
    new: dict[str, Any],
    at: datetime = NOON,
    old: dict[str, Any] | None = None,
) -> None:
    """One row of the log, by the system, public."""
    conn.execute(
        "insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, old_values, "
        "new_values, ip, user_agent, visibility) values (%s, %s, %s, %s, %s, 'system', %s, %s, '10.0.0.1', 'browser', 'public')",
        [at, action, action.split(".")[0], ticket_id, ticket_id, Jsonb(old) if old else None, Jsonb(new)],
    )


def append_many(conn: Connection, count: int) -> None:
    """That many events in one transaction, a second apart, of a hundred tickets."""
    conn.execute(
        "insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, new_values, visibility) "
        "select %s::timestamptz + n * interval '1 second', 'ticket.updated', 'ticket', n %% 100, n %% 100, 'system', "
        "jsonb_build_object('tags', jsonb_build_array(n)), 'public' from generate_series(1, %s) n",
        [NOON - timedelta(days=2), count],
    )


def wait_until_settled(conn: Connection) -> None:
    """Until no transaction of the server, whichever test's it is, is older than the newest row of the log."""
    unsettled = "select exists (select from audit_logs where tx >= pg_snapshot_xmin(pg_current_snapshot()))"
    for _ in range(WAIT_SECONDS * 20):
        if not value(conn, unsettled):
            return
        time.sleep(0.05)
    raise TimeoutError("Another transaction of the server does not end.")
