"""The audit log, and whether its chain is whole."""

from urllib.parse import urlencode

from litestar import Router, get

from api.actor import Right
from api.errors import NotFound
from api.events.queries import AuditLogFilter, list_audit_logs
from api.events.seal import verify
from api.tickets.queries.detail import find_ticket_id
from api.web.forms import Form
from api.web.http import Page, WebRequest, reading
from api.web.pages.admin.changes import changes
from api.web.pages.admin.days import day_start
from api.web.pages.admin.screen import PER_PAGE
from api.web.render import formats, show, speak

FILTERS = ("action", "ticket", "actor", "entity", "id", "from", "to")


@get("/audit", right=Right.ADMIN, include_in_schema=False)
async def audit(request: WebRequest, page: int = 1) -> Page:
    """The log, newest first, narrowed by action, ticket, person, what it is about, and time."""
    _, zone = speak(request), formats(request).zone
    form = Form({name: request.query_params.get(name, "").strip() for name in FILTERS}, _)
    async with reading(request) as read:
        try:
            ticket_id = await find_ticket_id(read, form["ticket"]) if form["ticket"] else None
        except NotFound as problem:
            form.problems["ticket"] = str(problem)
            ticket_id = 0
        wanted = AuditLogFilter(
            action=form["action"] or None,
            ticket_id=ticket_id,
            actor_id=form.whole("actor"),
            entity_type=form["entity"] or None,
            entity_id=form.whole("id"),
            occurred_from=day_start(form["from"], zone),
            occurred_to=day_start(form["to"], zone, days=1),
        )
        found = await list_audit_logs(read, wanted, page=page, limit=PER_PAGE)
        narrowed = {name: value for name, value in form.values.items() if value}
        return await show(
            request, read, "admin/audit.html",
            entries=found.audit_logs, form=form, changes=changes, is_narrowed=bool(narrowed), page=page,
            has_more=page < found.pagination.total_pages, narrowed_query="".join(f"&{urlencode({k: v})}" for k, v in narrowed.items()),
        )  # fmt: skip


@get("/audit/chain", right=Right.ADMIN, include_in_schema=False)
async def chain(request: WebRequest) -> Page:
    """Recompute the whole chain of seals, and say whether it is whole or where it is not."""
    async with reading(request) as read:
        return await show(request, read, "admin/chain.html", verdict=await verify(read))


router = Router("/", route_handlers=[audit, chain])
