"""Searches people keep: whose they are, who may use and who may change them."""

import httpx
import pytest

from api.db import Database
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.search.commands import create_saved_search, delete_saved_search, update_saved_search
from api.search.queries.saved import get_saved_search, list_saved_searches
from api.search.wire import NewSavedSearch, SavedSearchPatch
from tests.acting import Acting
from tests.worlds import World


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def names(acting: Acting, who: str) -> list[str]:
    async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
        return [saved.name for saved in await list_saved_searches(read)]


async def test_a_private_search_is_its_owners_alone_until_it_is_shared(acting: Acting) -> None:
    saved_id = await acting.do("agent", create_saved_search, NewSavedSearch(name="Angry", q="status:open angry"))
    assert await names(acting, "agent") == ["Angry"]
    assert await names(acting, "lead") == await names(acting, "admin") == []
    with pytest.raises(NotFound):
        await acting.do("lead", get_saved_search, saved_id)
    with pytest.raises(NotFound):
        await acting.do("admin", delete_saved_search, saved_id)
    await acting.do("agent", update_saved_search, saved_id, SavedSearchPatch(is_shared=True))
    assert await names(acting, "lead") == await names(acting, "admin") == ["Angry"]


async def test_a_shared_search_is_changed_by_its_owner_or_an_admin(acting: Acting) -> None:
    saved_id = await acting.do("agent", create_saved_search, NewSavedSearch(name="Angry", q="angry", is_shared=True))
    with pytest.raises(Forbidden):
        await acting.do("lead", update_saved_search, saved_id, SavedSearchPatch(name="Mine"))
    with pytest.raises(Forbidden):
        await acting.do("lead", delete_saved_search, saved_id)
    await acting.do("admin", update_saved_search, saved_id, SavedSearchPatch(name="Very angry"))
    assert await names(acting, "agent") == ["Very angry"]
    await acting.do("admin", delete_saved_search, saved_id)
    assert await names(acting, "agent") == []


async def test_a_name_is_one_persons_once(acting: Acting) -> None:
    await acting.do("agent", create_saved_search, NewSavedSearch(name="Angry", q="angry"))
    other = await acting.do("agent", create_saved_search, NewSavedSearch(name="Sad", q="sad"))
    await acting.do("lead", create_saved_search, NewSavedSearch(name="Angry", q="angry"))
    with pytest.raises(Conflict):
        await acting.do("agent", create_saved_search, NewSavedSearch(name="Angry", q="x"))
    with pytest.raises(Conflict):
        await acting.do("agent", update_saved_search, other, SavedSearchPatch(name="Angry"))


async def test_what_cannot_be_read_is_not_kept(acting: Acting) -> None:
    with pytest.raises(Invalid):
        await acting.do("agent", create_saved_search, NewSavedSearch(name="Odd", q="colour:red"))


async def test_a_shared_search_counts_for_who_asks(
    acting: Acting, client: httpx.AsyncClient, sign_in: object, world: World
) -> None:
    mine = NewSavedSearch(name="Mine", q="assignee:me", is_shared=True)
    saved_id = await acting.do("lead", create_saved_search, mine)
    ticket_id = await acting.opened(category_id=world.category)
    owner = (await acting.seen("admin", ticket_id)).assigned_agent
    assert owner is not None and owner.id == world.agent
    for who, count in (("agent", 1), ("lead", 0)):
        headers = await sign_in(who)  # type: ignore[operator]
        answer = await client.get(f"/api/saved-searches/{saved_id}/count", headers=headers)
        assert answer.json() == {"count": count, "is_exact": True}
