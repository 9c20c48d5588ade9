"""The minute's step of notifications: read ones are forgotten after a while."""

from datetime import timedelta

from api.events.tx import Tx
from api.installation.queries import get_settings

BATCH = 5_000


async def forget_read(tx: Tx) -> int:
    """Delete at most BATCH notifications read longer ago than the installation keeps them; returns how many."""
    settings = await get_settings(tx)
    return await tx.run(
        """
        delete from notifications where id in (
            select id from notifications where read_at < %(before)s order by read_at limit %(batch)s for update skip locked
        )
        """,
        {"before": tx.now - timedelta(days=settings.retention_read_notifications_days), "batch": BATCH},
    )
