"""The log: `/api/audit-logs` for administrators, `/api/events` for machines, `/api/tickets/:id/proof` for third parties."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get
from litestar.params import Parameter
from litestar.response import Response, Stream

from api.actor import Actor, Right
from api.db import Read
from api.events.feed import MAX_LIMIT, get_feed
from api.events.openings import Openings
from api.events.proof import get_proof, proof_lines
from api.events.queries import AuditLogFilter
from api.events.queries import list_audit_logs as read_audit_logs
from api.events.wire import AuditLogPage, Feed

NDJSON = "application/x-ndjson"


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


@get("/", right=Right.EVENTS_READ, operation_id="list_events", summary="Follow the log")
async def list_events(
    request: Request[Actor, Any, Any],
    read: Read,
    after: Annotated[str | None, Parameter(max_length=40, description="`next` of the answer before")] = None,
    limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = 1_000,
) -> Response[Feed]:
    """Settled events in the log's order from a cursor on: all of them for an admin, else those of tickets one may see.

    With `Accept: application/x-ndjson` one event a line. `Link: …; rel="next"` always says where to go on.
    """
    feed = await get_feed(read, after, limit)
    headers = {
        "Link": f'</api/events?after={feed.next}&limit={limit}>; rel="next"',
        "Has-More": str(feed.has_more).lower(),
        "Vary": "Accept",
    }
    if request.accept.best_match(["application/json", NDJSON]) == NDJSON:
        lines: Any = msgspec.json.Encoder().encode_lines(feed.events)
        return Response(lines, media_type=NDJSON, headers=headers)
    return Response(feed, headers=headers)


@get(
    "/{reference:str}/proof",
    right=Right.ADMIN,
    operation_id="get_proof",
    summary="Prove a ticket's events",
    media_type=NDJSON,
)
async def get_ticket_proof(openings: Openings, visible_ticket_id: int) -> Stream:
    """The ticket's words, events and the seals over them, for `redress audit verify FILE`, which needs nothing else."""
    async with openings.read() as read:
        proof = await get_proof(read, visible_ticket_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{proof.number}.proof.ndjson"',
        "Cache-Control": "private, no-store",
    }
    return Stream(proof_lines(proof, openings), media_type=NDJSON, headers=headers)


router = Router(
    "/api",
    route_handlers=[
        Router("/audit-logs", tags=["Audit log"], route_handlers=[list_audit_logs]),
        Router("/events", tags=["Audit log"], route_handlers=[list_events]),
        Router("/tickets", tags=["Audit log"], route_handlers=[get_ticket_proof]),
    ],
)
