"""Keep tickets' words in their documents; keep, change and forget searches."""

from collections.abc import Iterable

from msgspec import UNSET

from api.db import sql
from api.errors import Conflict, Forbidden
from api.events.catalogue import SavedSearchCreated, SavedSearchDeleted, SavedSearchUpdated
from api.events.tx import Tx
from api.search.queries.saved import get_saved_search
from api.search.rules import parse
from api.search.wire import NewSavedSearch, SavedSearch, SavedSearchPatch

MAX_SAVED = 100
"""Searches one person keeps."""


async def index_tickets(tx: Tx, ticket_ids: Iterable[int]) -> None:
    """Write the documents of these tickets anew, in one statement. The caller holds the tickets' locks."""
    await tx.send(sql("search/index"), {"ticket_ids": sorted(ticket_ids)})


async def create_saved_search(tx: Tx, data: NewSavedSearch) -> int:
    """Keep a search and return its id.

    Raises Invalid when it is none, Conflict when the name is taken or MAX_SAVED are kept.
    """
    parse(data.q)
    await tx.run(
        "select pg_advisory_xact_lock(hashtext('saved_searches'), %(id)s::bigint::integer)", {"id": tx.actor.id}
    )
    if await tx.value("select count(*) from saved_searches where owner_id = %s", [tx.actor.id]) >= MAX_SAVED:
        raise Conflict("saved_search.too_many", f"One keeps at most {MAX_SAVED} searches; delete one first.")
    saved_id = await tx.value(
        """
        insert into saved_searches (owner_id, name, q, is_shared, created_at, updated_at)
        values (%(owner_id)s, %(name)s, %(q)s, %(is_shared)s, %(now)s, %(now)s)
        on conflict (owner_id, name) do nothing returning id
        """,
        {"owner_id": tx.actor.id, "name": data.name, "q": data.q, "is_shared": data.is_shared, "now": tx.now},
    )
    if saved_id is None:
        raise _name_taken(data.name)
    await tx.append(SavedSearchCreated(entity_id=saved_id, new={"owner_id": tx.actor.id, "is_shared": data.is_shared}))
    return saved_id


async def update_saved_search(tx: Tx, saved_id: int, data: SavedSearchPatch) -> None:
    """Change one's own search. Raises NotFound, Forbidden when it is another's, Invalid, Conflict on a taken name."""
    before = await _own(tx, saved_id)
    if data.q is not UNSET:
        parse(data.q)
    after = {
        name: getattr(before, name) if (value := getattr(data, name)) is UNSET else value
        for name in ("name", "q", "is_shared")
    }
    if after == {name: getattr(before, name) for name in after}:
        return
    changed = await tx.run(
        """
        update saved_searches s set name = %(name)s, q = %(q)s, is_shared = %(is_shared)s, updated_at = %(now)s
        where s.id = %(id)s and not exists (
            select from saved_searches o where o.owner_id = s.owner_id and o.name = %(name)s and o.id <> s.id)
        """,
        after | {"id": saved_id, "now": tx.now},
    )
    if not changed:
        raise _name_taken(after["name"])
    await tx.append(
        SavedSearchUpdated(
            entity_id=saved_id, old={"is_shared": before.is_shared}, new={"is_shared": after["is_shared"]}
        )
    )


async def delete_saved_search(tx: Tx, saved_id: int) -> None:
    """Forget one's own search. Raises NotFound, Forbidden when it is another's."""
    before = await _own(tx, saved_id)
    await tx.run("delete from saved_searches where id = %s", [saved_id])
    await tx.append(
        SavedSearchDeleted(entity_id=saved_id, old={"owner_id": before.owner_id, "is_shared": before.is_shared})
    )


async def _own(tx: Tx, saved_id: int) -> SavedSearch:
    """The search, locked, if the actor may change it: its owner, or an admin when it is shared."""
    await tx.run("select from saved_searches where id = %s for update", [saved_id])
    saved = await get_saved_search(tx, saved_id)
    if saved.owner_id != tx.actor.id and tx.actor.role != "admin":
        raise Forbidden("saved_search.not_yours", "Only who saved this search may change it; save a copy of your own.")
    return saved


def _name_taken(name: str) -> Conflict:
    return Conflict("saved_search.name_taken", f"You already keep a search called “{name}”.", field="name")
