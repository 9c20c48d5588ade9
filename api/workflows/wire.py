"""What crosses the network about workflows."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.pages import Pagination
from api.workflows.rules.actions import MAX_ACTIONS, Action
from api.workflows.rules.conditions import Condition, Trigger

Name = Annotated[str, Meta(min_length=1, max_length=120, examples=["Tell the lead of angry customers"])]
Actions = Annotated[list[Action], Meta(min_length=1, max_length=MAX_ACTIONS)]
Version = Annotated[int, Meta(ge=1)]
RunOutcome = Literal["done", "failed", "stopped"]


class NewWorkflow(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A trigger, conditions and actions in order. It comes last among the others, and is switched off unless told otherwise."""

    name: Name
    trigger: Trigger
    conditions: Condition = msgspec.field(default_factory=lambda: Condition(all=[]))
    actions: Actions
    is_active: bool = False


class WorkflowPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change, made on `version`; what is not named stays."""

    version: Version
    name: Name | UnsetType = UNSET
    trigger: Trigger | UnsetType = UNSET
    conditions: Condition | UnsetType = UNSET
    actions: Actions | UnsetType = UNSET


class WorkflowOrder(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Every workflow, in the order in which they are to act."""

    workflow_ids: Annotated[list[int], Meta(max_length=200)]


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """One workflow; `position` says in which order those of one trigger act. The last run is of any version."""

    id: int
    name: str
    trigger: Trigger
    conditions: Condition
    actions: list[Action]
    is_active: bool
    position: int
    version: int
    created_at: datetime
    updated_at: datetime
    last_run_at: datetime | None
    last_outcome: RunOutcome | None


class WorkflowList(msgspec.Struct, frozen=True):
    workflows: list[Workflow]


class ActionResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came, or would come, of one action on one ticket: `changes` are the fields it sets; `code` and `detail` say why it failed."""

    type: str
    outcome: Literal["done", "unchanged", "failed"]
    code: str | None = None
    detail: str | None = None
    changes: dict[str, Any] = {}


class WorkflowRun(msgspec.Struct, frozen=True, kw_only=True):
    """One execution. `depth` is 1 when a person or the system caused the event, one more for each workflow in between."""

    id: int
    workflow_id: int
    workflow_version: int
    ticket_id: int
    ticket_number: str
    event_id: int
    depth: int
    outcome: RunOutcome
    results: list[ActionResult]
    created_at: datetime


class WorkflowRunPage(msgspec.Struct, frozen=True):
    """Newest first."""

    runs: list[WorkflowRun]
    pagination: Pagination


class DryRunMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket on which the workflow would have acted, and what it would have done, as the ticket stands now."""

    ticket_id: int
    ticket_number: str
    subject: str
    results: list[ActionResult]


class CalledWorkflow(msgspec.Struct, frozen=True):
    """A workflow in a circle; `id` is null for one that is not saved."""

    id: int | None
    name: str


class DryRun(msgspec.Struct, frozen=True, kw_only=True):
    """`examined` tickets, the newest first; which matched; and the circles the workflow would be part of."""

    examined: int
    matches: list[DryRunMatch]
    loops: list[list[CalledWorkflow]]
