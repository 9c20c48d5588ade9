"""The administrator's pages: doors, and the audit log."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Router, get

from api.actor import Right
from api.errors import NotFound
from api.events.queries import AuditLogFilter, list_audit_logs
from api.events.wire import AuditLog
from api.tickets.queries.detail import find_ticket_id
from api.web.forms import Form
from api.web.http import Page, WebRequest, reading
from api.web.render import show, speak

PER_PAGE = 50
LONGEST = 120


@get("/", right=Right.ADMIN, include_in_schema=False)
async def admin(request: WebRequest) -> Page:
    """Where an administrator can go."""
    async with reading(request) as read:
        return await show(request, read, "admin.html")


@get("/audit", right=Right.ADMIN, include_in_schema=False)
async def audit(request: WebRequest, page: int = 1) -> Page:
    """The log, newest first, narrowed by action, ticket and person."""
    _ = speak(request)
    form = Form({name: request.query_params.get(name, "").strip() for name in ("action", "ticket", "actor")}, _)
    async with reading(request) as read:
        try:
            ticket_id = await find_ticket_id(read, form["ticket"]) if form["ticket"] else None
        except NotFound as problem:
            form.problems["ticket"] = str(problem)
            ticket_id = 0
        wanted = AuditLogFilter(action=form["action"] or None, ticket_id=ticket_id, actor_id=form.whole("actor"))
        found = await list_audit_logs(read, wanted, page=page, limit=PER_PAGE)
        query = "".join(f"&{name}={quote(value)}" for name, value in form.values.items() if value)
        return await show(
            request, read, "audit.html",
            entries=found.audit_logs, form=form, changes=changes, is_narrowed=any(form.values.values()),
            next=f"/admin/audit?page={page + 1}{query}" if page < found.pagination.total_pages else "",
        )  # fmt: skip


def changes(entry: AuditLog) -> list[tuple[str, Any, Any]]:
    """(field, before or None, after) of an entry, short enough for a table."""
    old, new = entry.old_values or {}, entry.new_values or {}
    names = [name for name in (new or old) if not name.endswith("_sha256")]
    return [
        (name, _short(old.get(name)), _short(new.get(name)))
        for name in names
        if name in old or new[name] not in (None, [], {})
    ]


def _short(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text


router = Router("/admin", route_handlers=[admin, audit])
