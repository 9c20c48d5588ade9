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
LAST_ID = 2**53 - 1
"""Behind every id of a transaction; a number that JavaScript can hold."""


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


class CommittedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What tells of a row of the log, and whether the row is settled."""

    tx: int
    id: int
    action: str
    entity_type: str
    entity_id: int | None
    ticket_id: int | None
    visibility: str
    is_settled: bool

    @property
    def position(self) -> Position:
        return Position(self.tx, self.id)

    def is_public(self) -> bool:
        return self.visibility == "public"


async def settled_end(read: Read) -> Position:
    """The place up to which everything is settled now; it may lie behind the last row."""
    xmin = await read.value("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return Position(xmin - 1, LAST_ID)


async def committed_after(read: Read, position: Position, limit: int) -> list[CommittedRow]:
    """At most `limit` rows after `position`, in (tx, id) order: the settled ones first, then those that are committed
    but could still be joined by an earlier one."""
    return await read.all(
        """
        select tx::text::bigint as tx, id, action, entity_type, entity_id, ticket_id, visibility,
               tx < pg_snapshot_xmin(pg_current_snapshot()) as is_settled
        from audit_logs where (tx, id) > (%(tx)s::text::xid8, %(id)s)
        order by audit_logs.tx, id limit %(limit)s
        """,
        {"tx": str(position.tx), "id": position.id, "limit": min(limit, MAX_BATCH)},
        CommittedRow,
    )
