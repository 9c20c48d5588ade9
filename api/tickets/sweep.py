"""The minute's steps of tickets: what was resolved long enough ago, without a word since, closes; who slept long enough wakes."""

from datetime import timedelta

from api.events.tx import Tx
from api.installation.queries import get_settings
from api.tickets.commands.lock import LOCKED, LockedTicket
from api.tickets.commands.snooze import wake
from api.tickets.commands.status import apply_moves, move_of

BATCH = 1_000
BULK_KEPT_DAYS = 30
"""How long a bulk change can be looked at."""


async def close_resolved(tx: Tx) -> int:
    """Close at most BATCH resolved tickets whose time is up; returns how many. Rows somebody works on are passed over."""
    settings = await get_settings(tx)
    due = await tx.all(
        LOCKED.format(workable=True)
        + """where t.status = 'resolved' and t.resolved_at <= %(before)s
               and not exists (select from comments c where c.ticket_id = t.id and c.created_at > %(before)s)
             order by t.resolved_at limit %(batch)s for update skip locked""",
        {"before": tx.now - timedelta(seconds=settings.auto_close_after_seconds), "batch": BATCH},
        LockedTicket,
    )
    await apply_moves(tx, [move_of(ticket, "closed", tx.now, "auto_closed") for ticket in due])
    return len(due)


async def wake_snoozed(tx: Tx) -> int:
    """Bring back at most BATCH tickets whose time has come; returns how many. Rows somebody works on are passed over."""
    due = await tx.all(
        LOCKED.format(workable=True)
        + "where t.snoozed_until <= %(now)s order by t.snoozed_until limit %(batch)s for update skip locked",
        {"now": tx.now, "batch": BATCH},
        LockedTicket,
    )
    await wake(tx, due)
    return len(due)


async def forget_bulk(tx: Tx) -> int:
    """Delete at most BATCH bulk changes that can no longer be looked at; returns how many."""
    return await tx.run(
        """
        delete from bulk_changes where id in (
            select id from bulk_changes where created_at < %(before)s order by created_at limit %(batch)s for update skip locked
        )
        """,
        {"before": tx.now - timedelta(days=BULK_KEPT_DAYS), "batch": BATCH},
    )
