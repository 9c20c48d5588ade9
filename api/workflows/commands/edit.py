"""Make, change, order, switch and remove workflows. Their words, which may hold anything, never enter the log."""

from typing import Any

import msgspec
from msgspec import UNSET

from api.db import Read
from api.errors import Conflict, Invalid
from api.events.catalogue import WorkflowCreated, WorkflowDeleted, WorkflowToggled, WorkflowUpdated
from api.events.tx import Tx
from api.sandbox import TemplateProblem, check
from api.workflows.queries.facts import known_names
from api.workflows.queries.lists import LIMIT, get_workflow, list_workflows
from api.workflows.rules.actions import VARIABLES, Action, is_empty, missing, named, texts, type_of
from api.workflows.rules.conditions import Condition, Trigger, condition_problem, time_of
from api.workflows.wire import NewWorkflow, Workflow, WorkflowPatch


async def create_workflow(tx: Tx, data: NewWorkflow) -> Workflow:
    """Make one, the last in order. Raises Invalid naming the field, Conflict when there are too many."""
    await check_workflow(tx, data.trigger, data.conditions, data.actions)
    await _lock(tx)
    workflow_id = await tx.value(
        """
        insert into workflows (name, trigger, conditions, actions, is_active, position, revision, created_by, created_at, updated_at)
        select %(name)s, %(trigger)s, %(conditions)s, %(actions)s, %(is_active)s,
               coalesce(max(position) filter (where deleted_at is null), 0) + 1, coalesce(max(revision), 0) + 1,
               %(actor_id)s, %(now)s, %(now)s
        from workflows having count(*) filter (where deleted_at is null) < %(limit)s
        returning id
        """,
        {
            "name": data.name,
            "trigger": data.trigger,
            "conditions": _json(data.conditions),
            "actions": _json(data.actions),
            "is_active": data.is_active,
            "actor_id": tx.actor.id,
            "now": tx.now,
            "limit": LIMIT,
        },
    )
    if workflow_id is None:
        raise Conflict("workflow.too_many", f"There can be {LIMIT} workflows.")
    workflow = await get_workflow(tx, workflow_id)
    await _watch(tx, workflow)
    await tx.append(WorkflowCreated(entity_id=workflow_id, new=_told(workflow)))
    return workflow


async def update_workflow(tx: Tx, workflow_id: int, patch: WorkflowPatch) -> Workflow:
    """Change what is named. Raises NotFound, Conflict on a stale version, Invalid naming the field."""
    await _lock(tx)
    before = await get_workflow(tx, workflow_id)
    if patch.version != before.version:
        raise Conflict(
            "workflow.stale", f"It was changed meanwhile, and is at version {before.version}.", current=before
        )
    given: dict[str, Any] = {
        name: value
        for name in patch.__struct_fields__
        if name != "version" and (value := getattr(patch, name)) is not UNSET and value != getattr(before, name)
    }
    if not given:
        return before
    wanted = msgspec.structs.replace(before, **given)
    await check_workflow(tx, wanted.trigger, wanted.conditions, wanted.actions)
    stored = {name: _json(value) if name in ("conditions", "actions") else value for name, value in given.items()}
    await _change(
        tx, workflow_id, "".join(f"{name} = %({name})s, " for name in stored) + "version = version + 1", stored
    )
    after = await get_workflow(tx, workflow_id)
    await _watch(tx, after)
    await tx.append(
        WorkflowUpdated(entity_id=workflow_id, old=_told(before), new=_told(after) | {"changed": sorted(given)})
    )
    return after


async def toggle_workflow(tx: Tx, workflow_id: int) -> Workflow:
    """On when it is off, off when it is on. Raises NotFound, Invalid when what it names is gone meanwhile."""
    await _lock(tx)
    before = await get_workflow(tx, workflow_id)
    if not before.is_active:
        await check_workflow(tx, before.trigger, before.conditions, before.actions)
    await _change(tx, workflow_id, "is_active = %(is_active)s", {"is_active": not before.is_active})
    after = await get_workflow(tx, workflow_id)
    await _watch(tx, after)
    await tx.append(
        WorkflowToggled(entity_id=workflow_id, old={"is_active": before.is_active}, new={"is_active": after.is_active})
    )
    return after


async def order_workflows(tx: Tx, workflow_ids: list[int]) -> list[Workflow]:
    """Let them act in this order. Raises Conflict unless each is named once."""
    await _lock(tx)
    before = [workflow.id for workflow in await list_workflows(tx)]
    if sorted(workflow_ids) != sorted(before):
        raise Conflict("workflow.order", "Name every workflow once.", workflow_ids=before)
    moved = await tx.values(
        """
        update workflows w
        set position = o.position, revision = (select max(revision) from workflows) + o.position, updated_at = %(now)s
        from unnest(%(ids)s::bigint[]) with ordinality as o (id, position)
        where w.id = o.id and w.position <> o.position
        returning w.id
        """,
        {"ids": workflow_ids, "now": tx.now},
    )
    positions = {workflow_id: n for n, workflow_id in enumerate(workflow_ids, 1)}
    await tx.append(
        *(WorkflowUpdated(entity_id=each, new={"position": positions[each], "changed": ["position"]}) for each in moved)
    )
    return await list_workflows(tx)


async def delete_workflow(tx: Tx, workflow_id: int) -> None:
    """Remove it; the record of what it did stays. Raises NotFound."""
    await _lock(tx)
    before = await get_workflow(tx, workflow_id)
    await _change(tx, workflow_id, "deleted_at = %(now)s, is_active = false", {})
    await tx.run("delete from workflow_watches where workflow_id = %(id)s", {"id": workflow_id})
    await tx.append(WorkflowDeleted(entity_id=workflow_id, old=_told(before)))


async def check_workflow(read: Read, trigger: Trigger, conditions: Condition, actions: list[Action]) -> None:
    """Raise Invalid naming the field when it could not work: bad conditions, words, or what it names is not there."""
    if problem := condition_problem(conditions, trigger):
        raise Invalid("workflow.conditions", problem, field="conditions")
    for action in actions:
        if is_empty(action):
            raise Invalid("workflow.actions", f"{type_of(action)} would do nothing.", field="actions")
        for text in texts(action):
            try:
                check(text, VARIABLES)
            except TemplateProblem as problem:
                raise Invalid("workflow.words", str(problem), field="actions") from problem
    asked = named(actions)
    if gone := missing(asked, await known_names(read, asked)):
        raise Invalid("workflow.unknown_reference", f"There is nothing in use that is {gone}.", field="actions")


async def _lock(tx: Tx) -> None:
    """Changes of workflows are in line until commit, so that who has seen a revision has seen all before it."""
    await tx.run("select pg_advisory_xact_lock(hashtext('workflows'))")


async def _change(tx: Tx, workflow_id: int, assignments: str, values: dict[str, Any]) -> None:
    await tx.run(
        f"""
        update workflows set {assignments}, revision = (select max(revision) from workflows) + 1, updated_at = %(now)s
        where id = %(id)s
        """,
        values | {"id": workflow_id, "now": tx.now},
    )


async def _watch(tx: Tx, workflow: Workflow) -> None:
    """Have the sweep look for tickets whose time has come, from those that are there on; or no more."""
    clock = time_of(workflow.conditions) if workflow.trigger == "time_based" and workflow.is_active else None
    if clock is None:
        await tx.run("delete from workflow_watches where workflow_id = %(id)s", {"id": workflow.id})
        return
    await tx.run(
        """
        insert into workflow_watches (workflow_id, clock, after_seconds, backlog_id, looked_until)
        values (%(id)s, %(clock)s, %(after_seconds)s, 0, %(now)s)
        on conflict (workflow_id) do update
        set clock = excluded.clock, after_seconds = excluded.after_seconds, backlog_id = 0,
            looked_until = excluded.looked_until, looked_id = 0
        """,
        {"id": workflow.id, "clock": clock[0], "after_seconds": clock[1], "now": tx.now},
    )


def _told(workflow: Workflow) -> dict[str, Any]:
    return {
        "trigger": workflow.trigger,
        "actions": [type_of(action) for action in workflow.actions],
        "is_active": workflow.is_active,
        "version": workflow.version,
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
