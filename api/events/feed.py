"""The settled log as a feed with a cursor, for whoever keeps a copy: nothing twice, and nothing missed that commits late."""

from collections.abc import Sequence

from api.actor import Actor
from api.db import Read
from api.errors import Malformed
from api.events.readers import LogRow, Position, settled_after
from api.events.wire import Feed, FeedEvent
from api.visibility import visible_tickets

MAX_LIMIT = 10_000


async def get_feed(read: Read, after: str | None, limit: int) -> Feed:
    """At most `limit` settled rows after a cursor are read; those the reader may see are told. An admin sees all; others
    the events of tickets they may see. Raises Malformed on a cursor that is none."""
    position = _position(after) if after else Position()
    rows = await settled_after(read, position, limit)
    end = rows[-1].position if rows else position
    return Feed(
        events=[_event(row) for row in await _visible(read, rows)], next=_cursor(end), has_more=len(rows) == limit
    )


async def _visible(read: Read, rows: Sequence[LogRow]) -> list[LogRow]:
    if _sees_all(read.actor):
        return list(rows)
    visible, params = visible_tickets(read.actor)
    named = list({row.ticket_id for row in rows if row.ticket_id is not None})
    found = await read.values(
        f"select t.id from tickets t where t.id = any(%(named)s) and {visible}", params | {"named": named}
    )
    seen = set(found)
    return [row for row in rows if row.ticket_id in seen]


def _sees_all(actor: Actor) -> bool:
    return actor.role == "admin" or actor.kind == "system"


def _event(row: LogRow) -> FeedEvent:
    fields = {name: getattr(row, name) for name in FeedEvent.__struct_fields__ if name != "position"}
    return FeedEvent(position=_cursor(row.position), **fields)


def _cursor(position: Position) -> str:
    return f"{position.tx}.{position.id}"


def _position(cursor: str) -> Position:
    tx, _, row_id = cursor.partition(".")
    if not (tx.isdecimal() and row_id.isdecimal() and len(tx) <= 18 and len(row_id) <= 18):
        raise Malformed("events.after", "That is not a cursor of this feed.", parameter="after")
    return Position(int(tx), int(row_id))
