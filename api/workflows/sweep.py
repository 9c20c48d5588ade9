"""The minute's steps of workflows: those that time fires, and forgetting what they did long ago."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from api.events.catalogue import WorkflowFired
from api.events.tx import Tx
from api.workflows.commands.step import ACTOR
from api.workflows.queries.active import ActiveWorkflow, active_workflows
from api.workflows.queries.facts import TicketState, facts_of, lock_states
from api.workflows.rules.conditions import matches

BATCH = 500
FORGET_BATCH = 5_000
KEPT_DAYS = 90
"""How long a run can be looked at."""

LAG = timedelta(minutes=1)
"""So far back nothing is being committed any more: what a watch has passed, it has seen."""

_LAST_ID = 2**63 - 1

_BACKLOG = """
select id from tickets where id > %(backlog_id)s and {clock} <= %(now)s - %(wait)s::interval order by id limit %(batch)s
"""
_COME = """
with come as (
    select id, greatest({clock} + %(wait)s::interval, updated_at, first_breached_at) as due_at from tickets
    where {clock} >= %(after)s - %(wait)s::interval and {clock} <= %(until)s - %(wait)s::interval
    union
    select id, greatest({clock} + %(wait)s::interval, updated_at, first_breached_at) from tickets
    where updated_at >= %(after)s and updated_at <= %(until)s and {clock} <= %(until)s - %(wait)s::interval
    union
    select id, greatest({clock} + %(wait)s::interval, updated_at, first_breached_at) from tickets
    where first_breached_at >= %(after)s and first_breached_at <= %(until)s and {clock} <= %(until)s - %(wait)s::interval
)
select id, due_at from come
where (due_at, id) > (%(after)s, %(after_id)s) and due_at <= %(until)s
order by due_at, id limit %(batch)s
"""
"""Tickets whose time came, and those, long enough there, that changed since: in order, by the indexes on these instants."""


class _Watch(msgspec.Struct, frozen=True, kw_only=True):
    workflow_id: int
    clock: str
    after_seconds: int
    backlog_id: int | None
    looked_until: datetime
    looked_id: int


class _Come(msgspec.Struct, frozen=True):
    id: int
    due_at: datetime


class _Fired(NamedTuple):
    workflow: ActiveWorkflow
    ticket: TicketState


async def fire_by_time(tx: Tx) -> int:
    """Look at the tickets, at most BATCH per workflow, whose time has come; returns how many were looked at.

    A workflow fires once for each of its versions and each time a ticket comes into a status. The first time, all
    tickets are looked at, by their ids; then those for whom the time comes, or that change after it came.
    """
    watches = await tx.all("select * from workflow_watches order by workflow_id for update", None, _Watch)
    if not watches:
        return 0
    active = {workflow.id: workflow for workflow in (await active_workflows(tx)).get("time_based", ())}
    looked: dict[int, list[int]] = {}
    moved: list[_Watch] = []
    for watch in watches:
        if watch.workflow_id in active:
            looked[watch.workflow_id], after = await _look(tx, watch)
            moved.append(after)
    await _move(tx, moved)
    tickets = await lock_states(tx, [ticket_id for ids in looked.values() for ticket_id in ids])
    matched = [
        _Fired(active[workflow_id], tickets[ticket_id])
        for workflow_id, ids in looked.items()
        for ticket_id in ids
        if ticket_id in tickets and matches(active[workflow_id].conditions, facts_of(tickets[ticket_id], tx.now))
    ]
    fired = await _first_time(tx, matched)
    with tx.acting_as(ACTOR):
        await tx.append(
            *(
                WorkflowFired(
                    entity_id=each.workflow.id, ticket_id=each.ticket.id, new={"version": each.workflow.version}
                )
                for each in fired
            )
        )
    return sum(len(ids) for ids in looked.values())


async def forget_runs(tx: Tx) -> int:
    """Delete at most FORGET_BATCH runs older than KEPT_DAYS; returns how many."""
    return await tx.run(
        """
        delete from workflow_runs where id in (
            select id from workflow_runs where created_at < %(before)s order by created_at limit %(batch)s
        )
        """,
        {"before": tx.now - timedelta(days=KEPT_DAYS), "batch": FORGET_BATCH},
    )


async def _look(tx: Tx, watch: _Watch) -> tuple[list[int], _Watch]:
    """Tickets to look at, and where the watch is then. `clock` is one of three names the table allows."""
    until = tx.now - LAG
    params = {
        "wait": timedelta(seconds=watch.after_seconds),
        "backlog_id": watch.backlog_id,
        "after": watch.looked_until,
        "after_id": watch.looked_id,
        "until": until,
        "now": tx.now,
        "batch": BATCH,
    }
    if watch.backlog_id is not None:
        ids = await tx.values(_BACKLOG.format(clock=watch.clock), params)
        return ids, msgspec.structs.replace(watch, backlog_id=ids[-1] if len(ids) == BATCH else None)
    if until <= watch.looked_until:
        return [], watch
    come = await tx.all(_COME.format(clock=watch.clock), params, _Come)
    is_full = len(come) == BATCH
    after = msgspec.structs.replace(
        watch,
        looked_until=come[-1].due_at if is_full else until,
        looked_id=come[-1].id if is_full else _LAST_ID,
    )
    return [each.id for each in come], after


async def _move(tx: Tx, watches: list[_Watch]) -> None:
    await tx.run(
        """
        update workflow_watches w set backlog_id = m.backlog_id, looked_until = m.looked_until, looked_id = m.looked_id
        from unnest(%(workflow_id)s::bigint[], %(backlog_id)s::bigint[], %(looked_until)s::timestamptz[], %(looked_id)s::bigint[])
             as m (workflow_id, backlog_id, looked_until, looked_id)
        where w.workflow_id = m.workflow_id
        """,
        {
            name: [getattr(watch, name) for watch in watches]
            for name in ("workflow_id", "backlog_id", "looked_until", "looked_id")
        },
    )


async def _first_time(tx: Tx, matched: list[_Fired]) -> list[_Fired]:
    """Those that have not fired yet in this version and this stay in a status: marked in one statement."""
    if not matched:
        return []
    rows = await tx.dicts(
        """
        insert into workflow_firings as f (workflow_id, ticket_id, workflow_version, state_at)
        select * from unnest(%(workflow_id)s::bigint[], %(ticket_id)s::bigint[], %(version)s::int[], %(state_at)s::timestamptz[])
        on conflict (workflow_id, ticket_id) do update
        set workflow_version = excluded.workflow_version, state_at = excluded.state_at
        where f.workflow_version <> excluded.workflow_version or f.state_at <> excluded.state_at
        returning workflow_id, ticket_id
        """,
        {
            "workflow_id": [each.workflow.id for each in matched],
            "ticket_id": [each.ticket.id for each in matched],
            "version": [each.workflow.version for each in matched],
            "state_at": [each.ticket.status_changed_at for each in matched],
        },
    )
    new = {(row["workflow_id"], row["ticket_id"]) for row in rows}
    return [each for each in matched if (each.workflow.id, each.ticket.id) in new]
