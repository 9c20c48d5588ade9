"""Write what changed of tickets: the one statement that does, for one of them or five hundred."""

from collections.abc import Mapping

import msgspec

from api.db import sql
from api.events.fields import TicketFields
from api.events.tx import Tx


async def write_fields(tx: Tx, changed: Mapping[int, TicketFields]) -> None:
    """Write the fields given of each ticket, whose rows the caller holds; the version goes up by one.

    Words are not among them: the log, whose Struct this is, holds none.
    """
    if changed:
        rows = [{"id": ticket_id, "new": fields} for ticket_id, fields in changed.items()]
        await tx.run(sql("tickets/write"), {"rows": msgspec.json.encode(rows).decode(), "now": tx.now})
