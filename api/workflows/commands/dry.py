"""Try a workflow on the newest tickets without doing anything: the same conditions, and the same working out of actions."""

from typing import Any

import msgspec

from api.db import Read
from api.events.catalogue import CATALOGUE, Event
from api.installation.queries import get_settings
from api.workflows.commands.edit import check_workflow
from api.workflows.commands.step import Surroundings, step
from api.workflows.queries.facts import TicketState, facts_of, known_names, list_states
from api.workflows.queries.lists import list_workflows
from api.workflows.rules.actions import Action, named, sets_off
from api.workflows.rules.conditions import Trigger, matches
from api.workflows.rules.loops import Link, circles
from api.workflows.wire import ActionResult, CalledWorkflow, DryRun, DryRunMatch, NewWorkflow

NEWEST = 1_000
_UNSAVED = 0

ACTIONS: dict[Trigger, tuple[str, ...]] = {
    "ticket.created": ("ticket.created",),
    "status_change": ("ticket.status_changed",),
    "priority_change": ("ticket.priority_changed",),
    "assignment": ("ticket.assigned",),
    "comment": ("comment.added",),
    "escalation": ("ticket.escalated",),
    "sla_breach": ("sla.breached",),
    "at_risk": ("sla.at_risk",),
    "time_based": (),
}
"""Which of a ticket's events pull a trigger; time pulls by itself."""


class _Last(msgspec.Struct, frozen=True):
    ticket_id: int
    entity_id: int | None
    action: str
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None


async def dry_run(read: Read, data: NewWorkflow, workflow_id: int | None = None) -> DryRun:
    """What the workflow would do, had each of the newest tickets just had its last event of the trigger.

    Raises Invalid as saving it would. `workflow_id` is the one it would replace.
    """
    await check_workflow(read, data.trigger, data.conditions, data.actions)
    tickets = await list_states(read, newest=NEWEST)
    events = await _last_events(read, tickets, data.trigger)
    around = Surroundings(
        known=await known_names(read, named(data.actions)), settings=await get_settings(read), now=read.now
    )
    would = [
        ticket
        for ticket in tickets
        if (data.trigger == "time_based" or ticket.id in events)
        and matches(data.conditions, facts_of(ticket, read.now, events.get(ticket.id)))
    ]
    return DryRun(
        examined=len(tickets),
        matches=[
            DryRunMatch(
                ticket_id=ticket.id,
                ticket_number=ticket.number,
                subject=ticket.subject,
                results=_results(data.actions, ticket, around),
            )
            for ticket in would
        ],
        loops=await _loops(read, data, workflow_id or _UNSAVED),
    )


def _results(actions: list[Action], ticket: TicketState, around: Surroundings) -> list[ActionResult]:
    results: list[ActionResult] = []
    for action in actions:
        made = step(action, ticket, around)
        ticket = made.ticket
        results.append(made.result)
    return results


async def _last_events(read: Read, tickets: list[TicketState], trigger: Trigger) -> dict[int, Event]:
    if not tickets or not ACTIONS[trigger]:
        return {}
    rows = await read.all(
        """
        select e.ticket_id, e.entity_id, e.action, e.old_values, e.new_values
        from unnest(%(ids)s::bigint[]) as t (id)
        cross join lateral (
            select ticket_id, entity_id, action, old_values, new_values from audit_logs
            where ticket_id = t.id and action = any(%(actions)s)
              and coalesce(new_values ->> 'target', '') not like 'escalation%%'
            order by id desc limit 1
        ) e
        """,
        {"ids": [ticket.id for ticket in tickets], "actions": list(ACTIONS[trigger])},
        _Last,
    )
    return {row.ticket_id: _event(row) for row in rows}


def _event(row: _Last) -> Event:
    """As far as conditions look at it: without its details."""
    new = {name: value for name, value in (row.new_values or {}).items() if name != "details"}
    fields = {"entity_id": row.entity_id, "ticket_id": row.ticket_id, "old": row.old_values or None, "new": new}
    kind = CATALOGUE[row.action]
    known = {name: value for name, value in fields.items() if name != "old" or value is not None}
    return msgspec.convert(known, kind, strict=False)


async def _loops(read: Read, data: NewWorkflow, workflow_id: int) -> list[list[CalledWorkflow]]:
    others = [each for each in await list_workflows(read, is_active=True) if each.id != workflow_id]
    start = Link(id=workflow_id, trigger=data.trigger, sets_off=_sets_off(data.actions))
    links = [Link(id=each.id, trigger=each.trigger, sets_off=_sets_off(each.actions)) for each in others]
    names = {each.id: each.name for each in others} | {workflow_id: data.name}
    return [[CalledWorkflow(each or None, names[each]) for each in circle] for circle in circles(start, links)]


def _sets_off(actions: list[Action]) -> frozenset[str]:
    return frozenset(trigger for action in actions for trigger in sets_off(action))
