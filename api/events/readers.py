"""Reading the log by machine: after a watermark, settled rows only, so that none is ever missed.

Ids are handed out before commit, so a reader that went by id alone would pass over rows of transactions that commit
late. A row is settled once every transaction that could still add one before it is over: `tx < pg_snapshot_xmin(…)`.
(Source: PostgreSQL documentation, "System Information Functions", `pg_snapshot_xmin`.)
"""

from datetime import datetime
from typing import Any

import msgspec

from api.db import Read

MAX_BATCH = 10_000


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in the log: all rows up to and including (tx, id) have been read."""

    tx: int = 0
    id: int = 0


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the log as it stands there."""

    tx: int
    id: int
    occurred_at: datetime
    action: str
    entity_type: str
    entity_id: int | None
    ticket_id: int | None
    actor_id: int | None
    actor_kind: str
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    visibility: str

    @property
    def position(self) -> Position:
        return Position(self.tx, self.id)


async def settled_after(read: Read, position: Position, limit: int = MAX_BATCH) -> list[LogRow]:
    """At most `limit` settled rows after `position`, in (tx, id) order; the last one's position is the next watermark."""
    return await read.all(
        """
        select tx::text::bigint as tx, id, occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind,
               old_values, new_values, visibility
        from audit_logs
        where (tx, id) > (%(tx)s::text::xid8, %(id)s) and tx < pg_snapshot_xmin(pg_current_snapshot())
        order by audit_logs.tx, id limit %(limit)s
        """,
        {"tx": str(position.tx), "id": position.id, "limit": min(limit, MAX_BATCH)},
        LogRow,
    )
