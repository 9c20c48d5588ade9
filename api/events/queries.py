"""Reads of the log for people; what machines read is in `readers.py`."""

from datetime import datetime
from typing import Any

import msgspec

from api.db import Read
from api.events.wire import AuditLog, AuditLogPage
from api.pages import COUNT_CAP, pagination, window


class AuditLogFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the log is narrowed to; filters combine by `and`."""

    action: str | None = None
    entity_type: str | None = None
    entity_id: int | None = None
    ticket_id: int | None = None
    actor_id: int | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None


async def list_audit_logs(read: Read, wanted: AuditLogFilter, *, page: int, limit: int) -> AuditLogPage:
    """One page of the log, newest first. Each filter has its index; a time range prunes partitions."""
    size, offset = window(page, limit)
    params: dict[str, Any] = {"limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    found: list[str] = ["true"]
    for name in ("action", "entity_type", "entity_id", "ticket_id", "actor_id"):
        if (value := getattr(wanted, name)) is not None:
            found.append(f"e.{name} = %({name})s")
            params[name] = value
    for name, operator in (("occurred_from", ">="), ("occurred_to", "<")):
        if (value := getattr(wanted, name)) is not None:
            found.append(f"e.occurred_at {operator} %({name})s")
            params[name] = value
    where = " and ".join(found)
    rows = await read.all(
        f"""
        select e.id, e.occurred_at, e.action, e.entity_type, e.entity_id, e.ticket_id, e.actor_id, u.name as actor_name,
               e.actor_kind, e.old_values, e.new_values, e.ip, e.user_agent, e.visibility
        from (select * from audit_logs e where {where} order by e.id desc limit %(limit)s offset %(offset)s) e
        left join users u on u.id = e.actor_id
        order by e.id desc
        """,
        params,
        AuditLog,
    )
    total = await read.value(
        f"select count(*) from (select 1 from audit_logs e where {where} limit %(cap)s) counted", params
    )
    return AuditLogPage(rows, pagination(total, page, limit))
