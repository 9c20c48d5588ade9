"""The minute's steps of SLA: break what is overdue, warn of what soon will be."""

from datetime import datetime

import msgspec

from api.db import sql
from api.events.catalogue import ClockReached, SlaAtRisk, SlaBreached
from api.events.tx import Tx
from api.sla.react import forget

BATCH = 10_000


class _Reached(msgspec.Struct, frozen=True):
    ticket_id: int
    target: str
    cycle: int
    due_at: datetime


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
