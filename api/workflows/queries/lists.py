"""Reads of workflows and of what they did."""

import msgspec

from api.db import Read
from api.errors import NotFound
from api.pages import COUNT_CAP, pagination, window
from api.visibility import visible_tickets
from api.workflows.wire import Workflow, WorkflowRun, WorkflowRunPage

LIMIT = 200
"""So many workflows there can be."""

_WORKFLOW = """
select w.id, w.name, w.trigger, w.conditions, w.actions, w.is_active, w.position, w.version, w.created_at, w.updated_at,
       r.created_at as last_run_at, r.outcome as last_outcome
from workflows w
left join lateral (
    select created_at, outcome from workflow_runs where workflow_id = w.id order by id desc limit 1
) r on true
where w.deleted_at is null
"""


async def list_workflows(read: Read, *, is_active: bool | None = None) -> list[Workflow]:
    """All, at most LIMIT, in the order in which they act."""
    rows = await read.dicts(
        _WORKFLOW
        + f"and (%(is_active)s::bool is null or w.is_active = %(is_active)s) order by w.position, w.id limit {LIMIT}",
        {"is_active": is_active},
    )
    return msgspec.convert(rows, list[Workflow])


async def get_workflow(read: Read, workflow_id: int) -> Workflow:
    """One. Raises NotFound."""
    rows = await read.dicts(_WORKFLOW + "and w.id = %(id)s", {"id": workflow_id})
    if not rows:
        raise NotFound("workflow.not_found", "There is no such workflow.")
    return msgspec.convert(rows[0], Workflow)


async def list_runs(read: Read, workflow_id: int, *, page: int = 1, limit: int = 50) -> WorkflowRunPage:
    """One page of what a workflow did, newest first."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    params = params | {"id": workflow_id, "limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    rows = await read.dicts(
        f"""
        select r.id, r.workflow_id, r.workflow_version, r.ticket_id, t.number as ticket_number, r.event_id, r.depth, r.outcome,
               r.results, r.created_at
        from workflow_runs r join tickets t on t.id = r.ticket_id
        where r.workflow_id = %(id)s and {visible} order by r.id desc limit %(limit)s offset %(offset)s
        """,
        params,
    )
    total = await read.value(
        "select count(*) from (select from workflow_runs where workflow_id = %(id)s limit %(cap)s) counted", params
    )
    return WorkflowRunPage(msgspec.convert(rows, list[WorkflowRun]), pagination(total, page, limit))
