"""The minute's step of deliveries: what was settled long ago is forgotten, with what it said."""

from datetime import timedelta

from api.events.tx import Tx
from api.installation.queries import get_settings

BATCH = 5_000


async def forget_settled(tx: Tx) -> int:
    """Delete at most BATCH settled deliveries older than the installation keeps them; returns how many."""
    settings = await get_settings(tx)
    return await tx.run(
        """
        delete from deliveries where id in (
            select id from deliveries where created_at < %(before)s and status <> 'waiting'
            order by created_at limit %(batch)s for update skip locked
        )
        """,
        {"before": tx.now - timedelta(days=settings.retention_deliveries_days), "batch": BATCH},
    )
