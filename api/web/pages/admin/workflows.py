"""Workflows: what happens by itself. Typed in a plain form, tried on the last 1,000 tickets, switched on, looked after."""

from typing import Any

from litestar import Router, get, post

from api.actor import Right
from api.custom_fields.queries import list_custom_fields
from api.db import Read
from api.errors import NotFound, Problem
from api.events.tx import Tx
from api.organisations.queries import list_organisations
from api.people.queries import list_agents, list_categories, list_skills, list_teams
from api.web import terms, words
from api.web.forms import Form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.language import Translate
from api.web.pages.admin import workflow_draft
from api.web.pages.admin.fields import Choices, Field
from api.web.pages.admin.people import MAX_ORGANISATIONS
from api.web.pages.admin.screen import PER_PAGE, Asked, Listing, Row, Screen, attempt, handlers, show_form
from api.web.render import show, speak
from api.web.variables import variable_names
from api.web.words import N_
from api.webhooks.queries import list_webhooks
from api.workflows.commands.dry import dry_run
from api.workflows.commands.edit import (
    create_workflow,
    delete_workflow,
    order_workflows,
    toggle_workflow,
    update_workflow,
)
from api.workflows.queries.lists import get_workflow, list_runs, list_workflows
from api.workflows.rules.actions import VARIABLES
from api.workflows.rules.conditions import FIELDS, ONLY_WITH
from api.workflows.wire import NewWorkflow, Workflow, WorkflowPatch

MAX_SHOWN = 50


async def _rows(asked: Asked) -> Listing:
    _ = asked._
    return Listing(
        rows=[
            Row(
                id=one.id,
                cells=(
                    one.name,
                    _(terms.TRIGGER[one.trigger]),
                    asked.f.ago(one.last_run_at) if one.last_run_at else "",
                    _(terms.RUN[one.last_outcome].label) if one.last_outcome else "",
                ),
                is_active=one.is_active,
            )
            for one in await list_workflows(asked.read)
        ]
    )


async def _choices(read: Read, _: Translate) -> Choices:
    """Of the fields of conditions and of actions, by their bare names."""
    as_it_is = [("", _("as it is"))]
    agents = [(one.id, one.name) for one in await list_agents(read)]
    teams = [(one.id, one.name) for one in await list_teams(read)]
    areas = [(one.id, one.path) for one in await list_categories(read)]
    skills = [(one.id, one.name) for one in await list_skills(read)]
    statuses = [(value, _(word.label)) for value, word in words.STATUS.items()]
    priorities = [(value, _(word.label)) for value, word in words.PRIORITY.items()]
    return {
        "trigger": [(value, _(label)) for value, label in terms.TRIGGER.items()],
        "to": [(value, _(label)) for value, label in terms.PERSON.items()],
        "user_ids": agents,
        "status": [*as_it_is, *statuses],
        "priority": [*as_it_is, *priorities],
        "team_id": [*as_it_is, *teams],
        "category_id": [*as_it_is, *areas],
        "skill_id": [*as_it_is, *skills],
        "agent_id": [("", _("back to its queue")), *agents],
        "escalate_to": [("", _("The team's lead")), *agents],
        "webhook_id": [(one.id, one.name) for one in await list_webhooks(read)],
        "if status": statuses,
        "if old_status": statuses,
        "if priority": priorities,
        "if old_priority": priorities,
        "if source": [(value, _(label)) for value, label in words.SOURCE.items()],
        "if sla_target": [(value, _(label)) for value, label in words.TARGET.items()],
        "if category_id": areas,
        "if team_id": teams,
        "if skill_id": skills,
        "if assigned_agent_id": agents,
        "if organisation_id": [
            (one.id, one.name) for one in (await list_organisations(read, limit=MAX_ORGANISATIONS)).organisations
        ],
    }


def _make(form: Form, kind: type[Any], workflow: Workflow | None) -> Any:
    draft = workflow_draft.read_draft(form)
    given: dict[str, Any] = {
        "name": form["name"],
        "trigger": form["trigger"],
        "conditions": workflow_draft.condition_of(form, draft.tree),
        "actions": workflow_draft.actions_of(form, draft),
    }
    if kind is WorkflowPatch:
        given["version"] = form.whole("version")
    return None if form.is_refused else form.convert(kind, **given)


def _fill(workflow: Workflow, _: Translate) -> Form:
    return workflow_draft.form_of(workflow, _)


async def _create(tx: Tx, new: NewWorkflow) -> int:
    return (await create_workflow(tx, new)).id


async def _more(read: Read, workflow: Workflow | None, _: Translate) -> dict[str, Any]:
    custom = {f"custom.{field.key}": field.name for field in await list_custom_fields(read)}
    return {
        "draft_of": workflow_draft.read_draft,
        "conditions": [(name, _(terms.CONDITION[name])) for name in FIELDS] + list(custom.items()),
        "only_with": ONLY_WITH,
        "variables": variable_names(VARIABLES),
        "tried": None,
    }


SCREEN = Screen(
    path="workflows",
    entity="workflow",
    title=N_("Workflows"),
    about=N_("When something happens to a ticket and the conditions hold, the actions follow, in this order. A new one is off until you switch it on."),
    add=N_("New workflow"),
    icon="route",
    columns=(N_("Workflow"), N_("When"), N_("Last run"), N_("Outcome"), N_("Order")),
    fields=(Field("name", N_("Name"), is_required=True, max_length=100), Field("trigger", N_("When"), "choice", is_required=True)),
    new=NewWorkflow,
    patch=WorkflowPatch,
    rows=_rows,
    find=get_workflow,
    create=_create,
    update=update_workflow,
    choices=_choices,
    fill=_fill,
    make=_make,
    more=_more,
    defaults=lambda: {"trigger": "ticket.created", "c:kind": "all"},
    list_template="admin/ordered.html",
    template="admin/workflow.html",
)  # fmt: skip


@post(["/workflows/new/edit", "/workflows/{thing_id:int}/edit"], right=Right.ADMIN, include_in_schema=False, status_code=200)  # fmt: skip
async def edit_draft(request: WebRequest, thing_id: int | None = None) -> Page:
    """The form with a condition or an action more, or less. Nothing is kept."""
    form = await read_form(request, speak(request))
    return await show_form(request, SCREEN, thing_id, workflow_draft.edited(form, form["act"]))


@post(["/workflows/new/preview", "/workflows/{thing_id:int}/preview"], right=Right.ADMIN, include_in_schema=False, status_code=200)  # fmt: skip
async def try_draft(request: WebRequest, thing_id: int | None = None) -> Page:
    """What the workflow as it is typed would have done to the last 1,000 tickets. Does nothing."""
    form = await read_form(request, speak(request))
    found: dict[str, Any] = {}
    wanted = _make(form, NewWorkflow, None)
    try:
        async with reading(request) as read:
            if wanted is not None:
                tried = await dry_run(read, wanted, thing_id)
                found = {"tried": tried, "shown": tried.matches[:MAX_SHOWN]}
    except Problem as problem:
        form.refuse(problem)
    return await show_form(request, SCREEN, thing_id, form, status=422 if form.is_refused else 200, **found)


@get("/workflows/{thing_id:int}/runs", right=Right.ADMIN, include_in_schema=False)
async def runs(request: WebRequest, thing_id: int, page: int = 1) -> Page:
    """What it did, newest first, with the result of each action."""
    async with reading(request) as read:
        workflow = await get_workflow(read, thing_id)
        found = await list_runs(read, thing_id, page=page, limit=PER_PAGE)
        return await show(
            request, read, "admin/runs.html",
            workflow=workflow, runs=found.runs, page=page, has_more=page < found.pagination.total_pages,
        )  # fmt: skip


@post("/workflows/{thing_id:int}/toggle", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def switch(request: WebRequest, thing_id: int) -> Page:
    """On when it is off, off when it is on."""
    form = Form(_=speak(request))
    done, status = await attempt(request, form, lambda tx: toggle_workflow(tx, thing_id))
    if done is None:
        return await show_form(request, SCREEN, thing_id, None, status=status, act_form=form)
    return see(f"/admin/workflows/{thing_id}", "switched_on" if done.is_active else "switched_off")


@post("/workflows/{thing_id:int}/remove", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def remove(request: WebRequest, thing_id: int) -> Page:
    """Remove it; what it did stays on record."""
    async with writing(request) as tx:
        await delete_workflow(tx, thing_id)
    return see("/admin/workflows", "removed")


@post("/workflows/{thing_id:int}/move", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def move(request: WebRequest, thing_id: int) -> Page:
    """Let it act earlier or later than others."""
    form = await read_form(request, speak(request))
    async with writing(request) as tx:
        order = [workflow.id for workflow in await list_workflows(tx)]
        if thing_id not in order:
            raise NotFound("workflow.not_found", "There is no such workflow.")
        order.remove(thing_id)
        order.insert(max((form.whole("position") or 1) - 1, 0), thing_id)
        await order_workflows(tx, order)
    return see("/admin/workflows", "saved")


router = Router("/", route_handlers=[*handlers(SCREEN), edit_draft, try_draft, runs, switch, remove, move])
