"""`/api/audit-logs`: the log, for administrators."""

from datetime import datetime

from litestar import Router, get

from api.actor import Right
from api.db import Read
from api.events.queries import AuditLogFilter
from api.events.queries import list_audit_logs as read_audit_logs
from api.events.wire import AuditLogPage


@get("/", right=Right.ADMIN, operation_id="list_audit_logs", summary="Read the log")
async def list_audit_logs(
    read: Read,
    action: str | None = None,
    entity_type: str | None = None,
    entity_id: int | None = None,
    ticket_id: int | None = None,
    actor_id: int | None = None,
    occurred_from: datetime | None = None,
    occurred_to: datetime | None = None,
    page: int = 1,
    limit: int = 50,
) -> AuditLogPage:
    """Events, newest first, filtered by what they are about, who did it and when."""
    wanted = AuditLogFilter(
        action=action,
        entity_type=entity_type,
        entity_id=entity_id,
        ticket_id=ticket_id,
        actor_id=actor_id,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
    )
    return await read_audit_logs(read, wanted, page=page, limit=limit)


router = Router("/api/audit-logs", tags=["Audit log"], route_handlers=[list_audit_logs])
