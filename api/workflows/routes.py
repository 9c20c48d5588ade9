"""`/api/workflows`: what happens by itself, what it did, and what it would do."""

from litestar import Router, delete, get, patch, post, put

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.workflows.commands import dry, edit
from api.workflows.queries import lists
from api.workflows.wire import (
    DryRun,
    NewWorkflow,
    Workflow,
    WorkflowList,
    WorkflowOrder,
    WorkflowPatch,
    WorkflowRunPage,
)


@get("/", right=Right.ADMIN, operation_id="list_workflows", summary="List the workflows")
async def list_workflows(read: Read) -> WorkflowList:
    """All workflows, in the order in which they act."""
    return WorkflowList(await lists.list_workflows(read))


@post("/", right=Right.ADMIN, operation_id="create_workflow", summary="Make a workflow")
async def create_workflow(tx: Tx, data: NewWorkflow) -> Workflow:
    """Make a workflow; it acts last, and not before it is switched on."""
    return await edit.create_workflow(tx, data)


@put("/order", right=Right.ADMIN, operation_id="order_workflows", summary="Order the workflows")
async def order_workflows(tx: Tx, data: WorkflowOrder) -> WorkflowList:
    """Say in which order they act; every one is named once."""
    return WorkflowList(await edit.order_workflows(tx, data.workflow_ids))


@post("/dry-run", right=Right.ADMIN, status_code=200, operation_id="dry_run_workflow", summary="Try a workflow")
async def dry_run_workflow(read: Read, data: NewWorkflow) -> DryRun:
    """Which of the newest 1,000 tickets would match a workflow that is not saved, and what it would do. Does nothing."""
    return await dry.dry_run(read, data)


@get("/{workflow_id:int}", right=Right.ADMIN, operation_id="get_workflow", summary="Read a workflow")
async def get_workflow(read: Read, workflow_id: int) -> Workflow:
    """One workflow."""
    return await lists.get_workflow(read, workflow_id)


@patch("/{workflow_id:int}", right=Right.ADMIN, operation_id="update_workflow", summary="Change a workflow")
async def update_workflow(tx: Tx, workflow_id: int, data: WorkflowPatch) -> Workflow:
    """Change what is named, of the version that was seen."""
    return await edit.update_workflow(tx, workflow_id, data)


@delete("/{workflow_id:int}", right=Right.ADMIN, operation_id="delete_workflow", summary="Remove a workflow")
async def delete_workflow(tx: Tx, workflow_id: int) -> None:
    """Remove a workflow; what it did stays on record."""
    await edit.delete_workflow(tx, workflow_id)


@patch(
    "/{workflow_id:int}/toggle",
    right=Right.ADMIN,
    operation_id="toggle_workflow",
    summary="Switch a workflow on or off",
)
async def toggle_workflow(tx: Tx, workflow_id: int) -> Workflow:
    """On when it is off, off when it is on."""
    return await edit.toggle_workflow(tx, workflow_id)


@post(
    "/{workflow_id:int}/dry-run",
    right=Right.ADMIN,
    status_code=200,
    operation_id="dry_run_saved_workflow",
    summary="Try a saved workflow",
)
async def dry_run_saved_workflow(read: Read, workflow_id: int) -> DryRun:
    """The same for a workflow as it is saved, switched on or off."""
    saved = await lists.get_workflow(read, workflow_id)
    data = NewWorkflow(name=saved.name, trigger=saved.trigger, conditions=saved.conditions, actions=saved.actions)
    return await dry.dry_run(read, data, workflow_id)


@get(
    "/{workflow_id:int}/runs", right=Right.ADMIN, operation_id="list_workflow_runs", summary="List what a workflow did"
)
async def list_workflow_runs(read: Read, workflow_id: int, page: int = 1, limit: int = 50) -> WorkflowRunPage:
    """Its executions, newest first, with the result of each action."""
    await lists.get_workflow(read, workflow_id)
    return await lists.list_runs(read, workflow_id, page=page, limit=limit)


router = Router(
    "/api/workflows",
    tags=["Workflows"],
    route_handlers=[
        list_workflows,
        create_workflow,
        order_workflows,
        dry_run_workflow,
        get_workflow,
        update_workflow,
        delete_workflow,
        toggle_workflow,
        dry_run_saved_workflow,
        list_workflow_runs,
    ],
)
