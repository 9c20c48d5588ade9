"""The active workflows, kept by the process for as long as nobody changes one."""

from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from api.db import Read
from api.workflows.queries.lists import LIMIT
from api.workflows.rules.actions import Action
from api.workflows.rules.conditions import Condition, Trigger

_NOW = "select coalesce(max(revision), 0) from workflows"


class ActiveWorkflow(msgspec.Struct, frozen=True, kw_only=True):
    """What acting needs of a workflow."""

    id: int
    name: str
    version: int
    trigger: Trigger
    conditions: Condition
    actions: list[Action]


Active = dict[str, list[ActiveWorkflow]]
"""Trigger → its active workflows, in the order in which they act."""

_kept: dict[tuple[Any, ...], tuple[int, Active]] = {}
_of_transaction: "WeakKeyDictionary[Read, Active]" = WeakKeyDictionary()


async def active_workflows(read: Read) -> Active:
    """One small statement per transaction; one more when the list has changed since this process last read it.

    Whoever changes a workflow holds the lock `workflows` until commit, so that revisions are committed in order.
    """
    if read not in _of_transaction:
        info = read.conn.info
        database = (info.host, info.port, info.dbname)
        revision = await read.value(_NOW)
        if database not in _kept or _kept[database][0] != revision:
            _kept[database] = (revision, await _load(read))
        _of_transaction[read] = _kept[database][1]
    return _of_transaction[read]


async def _load(read: Read) -> Active:
    rows = await read.dicts(
        f"""
        select id, name, version, trigger, conditions, actions from workflows
        where is_active and deleted_at is null order by position, id limit {LIMIT}
        """
    )
    active: Active = {}
    for workflow in msgspec.convert(rows, list[ActiveWorkflow]):
        active.setdefault(workflow.trigger, []).append(workflow)
    return active
