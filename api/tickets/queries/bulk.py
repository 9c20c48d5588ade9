"""What became of the tickets of a bulk change."""

import msgspec

from api.db import Read
from api.errors import NotFound
from api.tickets.wire import BulkResult, BulkTicket


async def get_bulk(read: Read, bulk_id: int) -> BulkResult:
    """The reader's own bulk change. Raises NotFound."""
    kept = await read.value(
        "select jsonb_path_query_array(results, '$[*].ticket') from bulk_changes where id = %(id)s and actor_id = %(actor_id)s",
        {"id": bulk_id, "actor_id": read.actor.id},
    )
    if kept is None:
        raise NotFound("bulk.not_found", "There is no such bulk change of yours.")
    return BulkResult(id=bulk_id, tickets=msgspec.convert(kept, list[BulkTicket]))
