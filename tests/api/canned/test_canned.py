"""Who keeps and uses which words, what they become, and what a macro does."""

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from api.canned.commands import create_canned_response, remove_canned_response, update_canned_response
from api.canned.queries import find_known_answers, list_canned_responses
from api.canned.wire import CannedResponsePatch, Changes, NewCannedResponse
from api.conversation.queries import list_comments
from api.db import Database
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.tickets.commands.create import create_ticket
from api.tickets.commands.macro import apply_macro
from api.tickets.wire import MacroUse, NewTicket
from api.workflows.commands.edit import create_workflow
from api.workflows.wire import NewWorkflow
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World

HELLO = NewCannedResponse(title="Greeting", body="Dear {{ customer.first_name }}, {{ ticket.number }} is ours.")


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


async def titles(acting: Acting, who: str, shortcut: str | None = None) -> list[str]:
    async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
        return [response.title for response in await list_canned_responses(read, None, shortcut)]


async def test_each_sees_their_own_their_teams_and_everybodys(acting: Acting) -> None:
    team = acting.world.team
    await acting.do("agent", create_canned_response, replace(HELLO, title="Mine", shortcut="hi"))
    await acting.do(
        "lead", create_canned_response, replace(HELLO, title="Ours", scope="team", team_id=team, shortcut="hi")
    )
    await acting.do("admin", create_canned_response, replace(HELLO, title="All", scope="global", shortcut="hi"))
    assert await titles(acting, "agent") == ["All", "Mine", "Ours"]
    assert await titles(acting, "lead", "hi") == ["All", "Ours"]
    assert await titles(acting, "outsider") == ["All"]
    with pytest.raises(Conflict):
        await acting.do("agent", create_canned_response, replace(HELLO, title="Again", shortcut="hi"))


@pytest.mark.parametrize("fields", [{"scope": "global"}, {"scope": "team"}, {"scope": "global", "is_published": True}])
async def test_an_agent_keeps_words_only_for_themselves(acting: Acting, fields: dict[str, object]) -> None:
    team_id = acting.world.team if fields["scope"] == "team" else None
    with pytest.raises(Forbidden):
        await acting.do("agent", create_canned_response, replace(HELLO, team_id=team_id, **fields))


async def test_what_another_keeps_can_be_neither_changed_nor_dropped(acting: Acting) -> None:
    mine = await acting.do("agent", create_canned_response, HELLO)
    for who in ("lead", "outsider"):
        with pytest.raises(NotFound):
            await acting.do(who, update_canned_response, mine, CannedResponsePatch(title="Yours"))
    everybodys = await acting.do("admin", create_canned_response, replace(HELLO, scope="global"))
    with pytest.raises(Forbidden):
        await acting.do("agent", remove_canned_response, everybodys)
    await acting.do("agent", remove_canned_response, mine)
    assert await titles(acting, "agent") == ["Greeting"]


@pytest.mark.parametrize(
    "body",
    [
        "{{ customer.email }}",
        "{{ secret_key }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ customer.__init__.__globals__ }}",
        "{% for a in range(999999999) %}x{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{{ 'x' * 999999999 }}",
        "{{ unclosed",
    ],
)
async def test_words_that_reach_for_more_than_they_are_given_are_not_kept(acting: Acting, body: str) -> None:
    with pytest.raises(Invalid):
        await acting.do("agent", create_canned_response, replace(HELLO, body=body))


async def test_a_macro_speaks_and_changes_in_one_step(acting: Acting, database_url: str) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    changes = Changes(status="pending", priority="high", is_taken=True, add_tags=["vip"])
    macro = await acting.do("lead", create_canned_response, replace(HELLO, changes=changes))
    await acting.do("lead", apply_macro, ticket_id, macro, MacroUse())
    ticket = await acting.seen("lead", ticket_id)
    assert (ticket.status, ticket.priority, ticket.tags) == ("pending", "high", ["vip"])
    assert ticket.assigned_agent is not None and ticket.assigned_agent.id == acting.world.lead
    assert ticket.comments[-1].body == f"Dear Customer, {ticket.number} is ours."
    with psycopg.connect(database_url) as conn:
        rows = conn.execute(
            "select action from audit_logs where tx = (select tx from audit_logs order by id desc limit 1)"
        ).fetchall()
    told = {"comment.added", "ticket.updated", "ticket.priority_changed", "ticket.assigned", "ticket.status_changed"}
    assert told <= {action for (action,) in rows}


async def test_a_macro_changes_what_its_words_left(acting: Acting, database_url: str) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    answered = {"name": "Answered", "trigger": "comment", "actions": [{"type": "update_ticket", "status": "pending"}]}
    await acting.do("admin", create_workflow, msgspec.convert(answered | {"is_active": True}, NewWorkflow))
    macro = await acting.do("agent", create_canned_response, replace(HELLO, changes=Changes(status="pending")))
    await acting.do("agent", apply_macro, ticket_id, macro, MacroUse())
    with psycopg.connect(database_url) as conn:
        moves = conn.execute(
            "select actor_kind, old_values ->> 'status', new_values ->> 'status' from audit_logs"
            " where action = 'ticket.status_changed'"
        ).fetchall()
    assert moves == [("workflow", "assigned", "pending")]


async def test_a_macro_that_cannot_make_its_change_says_nothing_either(acting: Acting) -> None:
    ticket_id = await acting.opened(category_id=acting.world.category)
    macro = await acting.do("agent", create_canned_response, replace(HELLO, changes=Changes(status="resolved")))
    await acting.do("agent", apply_macro, ticket_id, macro, MacroUse())
    wait = await acting.do("agent", create_canned_response, replace(HELLO, changes=Changes(status="pending")))
    with pytest.raises(Conflict):
        await acting.do("agent", apply_macro, ticket_id, wait, MacroUse())
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        assert len(await list_comments(read, ticket_id)) == 1
    with pytest.raises(NotFound):
        await acting.do("lead", apply_macro, ticket_id, macro, MacroUse())


async def test_customers_find_published_answers_and_nobodys_ticket(acting: Acting) -> None:
    await acting.do("customer", create_ticket, NewTicket(subject="Router reset", description="Secret"), "web")
    answer = replace(HELLO, title="How to reset a router", body="Press **reset** for ten seconds.", scope="global")
    published = await acting.do("admin", create_canned_response, replace(answer, is_published=True))
    await acting.do("admin", create_canned_response, replace(answer, title="Router reset, for agents"))
    async with acting.db.open_read(acting.world.actor("other_customer"), acting.world.now) as read:
        for question in ("reset router", "my router needs a reset", "ruoter reset"):
            (found,) = await find_known_answers(read, question)
            assert (found.id, found.body_html) == (published, "<p>Press <strong>reset</strong> for ten seconds.</p>\n")
        assert await find_known_answers(read, "invoice of March") == []
        assert await find_known_answers(read, "Secret") == []
    with pytest.raises(Invalid):
        await acting.do("admin", update_canned_response, published, CannedResponsePatch(body="{{ customer.name }}"))
