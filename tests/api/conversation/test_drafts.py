"""Drafts: one's own, the last writer's, gone when sent, and never sent twice."""

import httpx
import pytest

from api.conversation.commands import add_comment, save_draft
from api.conversation.queries import list_drafts
from api.conversation.wire import Draft, DraftText, NewComment
from api.db import Database
from api.errors import Forbidden, NotFound
from tests.acting import Acting
from tests.worlds import World


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def drafts(acting: Acting, who: str, ticket_id: int) -> list[Draft]:
    async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
        return await list_drafts(read, ticket_id)


async def test_a_draft_is_ones_own_and_the_last_writer_wins(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    first = await acting.do("agent", save_draft, ticket_id, "reply", DraftText(body="Dear"))
    second = await acting.do("agent", save_draft, ticket_id, "reply", DraftText(body="Dear customer"))
    await acting.do("agent", save_draft, ticket_id, "note", DraftText(body="Odd"))
    assert first.idempotency_key == second.idempotency_key
    assert [draft.body for draft in await drafts(acting, "agent", ticket_id)] == ["Dear customer", "Odd"]
    assert await drafts(acting, "lead", ticket_id) == []
    with pytest.raises(Forbidden):
        await acting.do("customer", save_draft, ticket_id, "note", DraftText(body="x"))
    with pytest.raises(NotFound):
        await acting.do("other_customer", save_draft, ticket_id, "reply", DraftText(body="x"))


async def test_sending_takes_the_draft_of_that_mode_away(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", save_draft, ticket_id, "reply", DraftText(body="Dear"))
    await acting.do("agent", save_draft, ticket_id, "note", DraftText(body="Odd"))
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Dear customer"))
    assert [draft.mode for draft in await drafts(acting, "agent", ticket_id)] == ["note"]


async def test_a_draft_sent_twice_is_one_reply_and_does_not_come_back(client: httpx.AsyncClient, sign_in) -> None:  # type: ignore[no-untyped-def]
    headers = await sign_in("customer")
    ticket = await client.post("/api/tickets", json={"subject": "x", "description": "y"}, headers=headers)
    path = f"/api/tickets/{ticket.json()['id']}"
    draft = (await client.put(f"{path}/drafts/reply", json={"body": "Hello"}, headers=headers)).json()
    keyed = headers | {"Idempotency-Key": draft["idempotency_key"]}
    for _ in range(2):
        assert (await client.post(f"{path}/comments", json={"comment": "Hello"}, headers=keyed)).status_code == 201
    assert len((await client.get(f"{path}/comments", headers=headers)).json()["comments"]) == 1
    late = await client.put(
        f"{path}/drafts/reply", json={"body": "Hello", "idempotency_key": draft["idempotency_key"]}, headers=headers
    )
    assert late.json()["code"] == "draft.sent"
    assert (await client.get(f"{path}/drafts", headers=headers)).json() == {"drafts": []}
