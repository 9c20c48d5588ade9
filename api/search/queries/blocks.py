"""Going through documents block by block, the newest first: the only way to them that no common word makes long.

A statement joins `ticket_documents AS d` laterally to `newest_first() b(block)` and limits the join: it ends with the
block that fills it, and reads no more of it than the block.
"""

from api.tables.search import BLOCK_SIZE

BY_INDEX = "d.block = b.block", "d.ticket_id + 0"
"""Condition and order that go through the indexes of words and titles; `+ 0` keeps the planner off the primary key, along
which it would look for a rare word through all tickets."""
BY_KEY = f"d.ticket_id >= b.block * {BLOCK_SIZE}::bigint", "d.ticket_id"
"""Condition and order that go down the newest block, and no other, along the primary key: for words that so many tickets
have that enough hits are near."""

_NEWEST = f"(select (coalesce(max(ticket_id), 0) / {BLOCK_SIZE})::integer from ticket_documents)"


def newest_first(count: int | None = None, skip: int = 0) -> str:
    """Blocks from the newest down, at most `count`, without the newest `skip`."""
    last = 0 if count is None else f"greatest({_NEWEST} - {skip + count - 1}, 0)"
    return f"generate_series({_NEWEST} - {skip}, {last}, -1)"


def oldest_first() -> str:
    return f"generate_series(0, {_NEWEST})"
