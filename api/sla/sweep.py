"""The minute's steps of SLA: put clocks under edited policies, break what is overdue, warn of what soon will be."""

from datetime import datetime, timedelta

import msgspec

from api.db import sql
from api.events.catalogue import SlaAtRisk, SlaBreached
from api.events.fields import ClockReached
from api.events.tx import Tx
from api.sla.commands.known import forget
from api.sla.commands.rebase import rebase_tickets
from api.sla.queries.standing import list_under

BATCH = 10_000
REBASE_BATCH = 1_000
SETTLE = timedelta(minutes=1)
"""An edit waits this long: a ticket that was created while it was saved may still stand under the version before."""


class _Reached(msgspec.Struct, frozen=True):
    ticket_id: int
    target: str
    cycle: int
    due_at: datetime


class _Edit(msgspec.Struct, frozen=True):
    id: int
    sla_policy_id: int
    after_ticket_id: int


async def rebase_waiting(tx: Tx) -> int:
    """Re-base at most REBASE_BATCH tickets, by id, of the edit that has waited longest.

    Returns how many; REBASE_BATCH when more of them or another edit is waiting.
    """
    edits = await tx.all(
        """select id, sla_policy_id, after_ticket_id from sla_rebases where created_at <= %(before)s
           order by created_at, id limit 2""",
        {"before": tx.now - SETTLE},
        _Edit,
    )
    if not edits:
        return 0
    edit = edits[0]
    under = await list_under(tx, [edit.sla_policy_id], edit.after_ticket_id, REBASE_BATCH)
    is_walked = len(under) < REBASE_BATCH
    if is_walked:
        await tx.run("delete from sla_rebases where id = %(id)s", {"id": edit.id})
    else:
        await tx.run(
            "update sla_rebases set after_ticket_id = %(after)s where id = %(id)s",
            {"after": under[-1].ticket_id, "id": edit.id},
        )
    await rebase_tickets(tx, [one.ticket_id for one in under])
    return len(under) if is_walked and len(edits) == 1 else REBASE_BATCH


async def breach_overdue(tx: Tx) -> int:
    """Mark at most BATCH clocks breached that ran out before `tx.now`, each at its `due_at`; returns how many."""
    rows = await tx.all(sql("sla/breach"), {"now": tx.now, "batch": BATCH}, _Reached)
    forget(tx)
    await tx.append(
        *(
            SlaBreached(
                entity_id=row.ticket_id,
                ticket_id=row.ticket_id,
                new=ClockReached(target=row.target, cycle=row.cycle, due_at=row.due_at),
                occurred_at=row.due_at,
            )
            for row in rows
        )
    )
    return len(rows)


async def warn_at_risk(tx: Tx) -> int:
    """Warn once of at most BATCH clocks that have less than the installation's share left; returns how many."""
    rows = await tx.all(
        """
        with held as materialized (
            select c.ticket_id, c.target, c.cycle from sla_clocks c
            where c.met_at is null and c.breached_at is null and c.warned_at is null and c.at_risk_at <= %(now)s
              and c.due_at >= %(now)s
            order by c.at_risk_at limit %(batch)s for update skip locked
        )
        update sla_clocks c set warned_at = %(now)s
        from held where (c.ticket_id, c.target, c.cycle) = (held.ticket_id, held.target, held.cycle)
        returning c.ticket_id, c.target, c.cycle, c.due_at
        """,
        {"now": tx.now, "batch": BATCH},
        _Reached,
    )
    forget(tx)
    await tx.append(
        *(
            SlaAtRisk(
                entity_id=row.ticket_id,
                ticket_id=row.ticket_id,
                new=ClockReached(target=row.target, cycle=row.cycle, due_at=row.due_at),
            )
            for row in rows
        )
    )
    return len(rows)
