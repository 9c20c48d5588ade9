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
        await tx.send(sql("tickets/write"), _params(tx, changed, None))


async def write_bulk(tx: Tx, changed: Mapping[int, TicketFields], results: object) -> int:
    """The same, and keep what the bulk change did to each ticket; returns the bulk change's id."""
    return await tx.value(sql("tickets/write"), _params(tx, changed, msgspec.json.encode(results).decode()))


def _params(tx: Tx, changed: Mapping[int, TicketFields], results: str | None) -> dict[str, object]:
    rows = [{"id": ticket_id, "new": fields} for ticket_id, fields in changed.items()]
    return {"rows": msgspec.json.encode(rows).decode(), "results": results, "actor_id": tx.actor.id, "now": tx.now}
