"""Going through documents block by block, the newest first: the only way to them that no common word makes long.

A statement joins `ticket_documents AS d` laterally to `newest_first() b(block)` under `IN_BLOCK` and limits the join: it
ends with the block that fills it. The block stands there twice: once for the indexes of words, once for the primary key,
on which the planner finds words that most tickets have. Either way it reads no more than the block.
"""

from api.tables.search import BLOCK_SIZE

IN_BLOCK = f"""d.block = b.block
    and d.ticket_id >= b.block * {BLOCK_SIZE}::bigint and d.ticket_id < (b.block + 1) * {BLOCK_SIZE}::bigint"""

_NEWEST = f"(select (coalesce(max(ticket_id), 0) / {BLOCK_SIZE})::integer from ticket_documents)"


def newest_first(count: int | None = None) -> str:
    """Blocks from the newest down, at most `count`."""
    return f"generate_series({_NEWEST}, {0 if count is None else f'greatest({_NEWEST} - {count - 1}, 0)'}, -1)"


def oldest_first() -> str:
    return f"generate_series(0, {_NEWEST})"
