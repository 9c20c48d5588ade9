"""Searches people keep: one's own, and those that are shared."""

from api.db import Read
from api.errors import NotFound
from api.search.wire import SavedSearch

LIMIT = 200

_SAVED = """
select s.id, s.name, s.q, s.is_shared, s.owner_id, u.name as owner_name, s.created_at, s.updated_at
from saved_searches s join users u on u.id = s.owner_id
where (s.owner_id = %(reader_id)s or s.is_shared)
"""


async def list_saved_searches(read: Read) -> list[SavedSearch]:
    """What the reader may use, by name, at most LIMIT."""
    return await read.all(f"{_SAVED} order by s.name, s.id limit {LIMIT}", {"reader_id": read.actor.id}, SavedSearch)


async def get_saved_search(read: Read, saved_id: int) -> SavedSearch:
    """One search. Raises NotFound when there is none, or it is private to another."""
    saved = await read.one(
        f"{_SAVED} and s.id = %(saved_id)s", {"reader_id": read.actor.id, "saved_id": saved_id}, SavedSearch
    )
    if saved is None:
        raise NotFound("saved_search.not_found", "There is no such search.")
    return saved
