"""What may be said, who sees it, and what it does to the ticket."""

from datetime import timedelta

import psycopg
import pytest

from api.conversation.commands import add_comment, edit_comment
from api.conversation.queries import list_comments
from api.conversation.rules import mentioned_handles, to_html
from api.conversation.wire import NewComment
from api.db import Database
from api.errors import Conflict, Forbidden, NotFound
from api.notifications.queries.notices import count_unread, list_notifications
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


async def said(acting: Acting, who: str, ticket_id: int) -> list[str]:
    async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
        return [comment.body for comment in await list_comments(read, ticket_id)]


async def told(acting: Acting, who: str) -> list[str]:
    async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
        page = await list_notifications(read)
        assert await count_unread(read) == len(page.notifications)
        return [notification.kind for notification in page.notifications]


async def test_a_customer_never_sees_nor_writes_an_internal_note(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="He is lying.", is_internal=True))
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="We look into it."))
    assert await said(acting, "customer", ticket_id) == ["We look into it."]
    assert await said(acting, "lead", ticket_id) == ["He is lying.", "We look into it."]
    with pytest.raises(Forbidden):
        await acting.do("customer", add_comment, ticket_id, NewComment(comment="x", is_internal=True))
    with pytest.raises(NotFound):
        await acting.do("other_customer", add_comment, ticket_id, NewComment(comment="x"))


@pytest.mark.parametrize(
    ("status", "becomes"), [("pending", "in_progress"), ("resolved", "in_progress"), ("escalated", "escalated")]
)
async def test_a_customers_words_move_a_waiting_ticket_on(acting: Acting, status: str, becomes: str) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status=status))  # type: ignore[arg-type]
    await acting.do("customer", add_comment, ticket_id, NewComment(comment="Still broken."))
    assert (await acting.seen("agent", ticket_id)).status == becomes


async def test_a_reply_takes_no_version_and_changes_none(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    before = (await acting.seen("agent", ticket_id)).version
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Hello"))
    assert (await acting.seen("agent", ticket_id)).version == before


async def test_who_is_mentioned_is_told_and_watches_and_customers_hear_nothing_of_notes(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="@outsider can you?", is_internal=True))
    assert (await told(acting, "outsider"))[0] == "mention"
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Second note", is_internal=True))
    assert (await told(acting, "outsider"))[0] == "comment_added"
    assert "comment_added" not in await told(acting, "customer")
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Hello"))
    assert "comment_added" in await told(acting, "customer")
    assert "comment_added" not in await told(acting, "agent"), "who did it is not told"


async def test_the_log_holds_no_word_of_a_comment(acting: Acting, database_url: str) -> None:
    ticket_id = await acting.opened(subject="Zanzibar", description="Timbuktu")
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Kathmandu"))
    with psycopg.connect(database_url) as conn:
        log = str(conn.execute("select old_values, new_values, ip, user_agent from audit_logs").fetchall())
    assert not [word for word in ("Zanzibar", "Timbuktu", "Kathmandu", "customer@example.com") if word in log]


async def test_ones_own_words_can_be_corrected_for_an_hour(acting: Acting) -> None:
    ticket_id = await acting.opened()
    comment_id = await acting.do("customer", add_comment, ticket_id, NewComment(comment="Teh"))
    with pytest.raises(Forbidden):
        await acting.do("agent", edit_comment, comment_id, "Mine")
    await acting.do("customer", edit_comment, comment_id, "The")
    assert await said(acting, "agent", ticket_id) == ["The"]
    acting.world.now += timedelta(hours=1)
    with pytest.raises(Conflict):
        await acting.do("customer", edit_comment, comment_id, "Tee")


@pytest.mark.parametrize(
    ("markdown", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "href"),
        ("![x](https://example.com/pixel.png)", "<img"),
        ('<a hx-get="/x" onclick="y()">z</a>', "<a "),
        ("[x](data:text/html;base64,xxxx)", "href"),
    ],
)
def test_markdown_becomes_safe_html(markdown: str, absent: str) -> None:
    assert absent not in to_html(markdown)


def test_markdown_keeps_what_people_write() -> None:
    html = to_html("**Bold**, [link](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert "<strong>Bold</strong>" in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert "<td>1</td>" in html


def test_a_mention_is_no_address_and_no_code() -> None:
    assert mentioned_handles("@Anna and @bob.b, not me@x.org nor `@code`; @anna again.") == ["anna", "bob.b"]
