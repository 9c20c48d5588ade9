"""The tree of root causes."""

from api.db import Read
from api.tickets.wire import RootCause

MAX_CAUSES = 1_000


async def list_root_causes(read: Read) -> list[RootCause]:
    """All causes, each after its parent and siblings by name, at most MAX_CAUSES."""
    return await read.all(
        f"""
        with recursive tree as (
            select id, name, parent_id, is_active, array[name] as path from root_causes where parent_id is null
            union all
            select c.id, c.name, c.parent_id, c.is_active, t.path || c.name
            from tree t join root_causes c on c.parent_id = t.id
        )
        select id, name, parent_id, is_active, path from tree order by path limit {MAX_CAUSES}
        """,
        None,
        RootCause,
    )
