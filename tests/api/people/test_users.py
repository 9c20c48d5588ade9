"""Accounts: what an administrator makes of people, what they set themselves, and what becomes of their tickets."""

import asyncio
from typing import Any

import httpx
import psycopg
import pytest

from api.db import Database
from api.errors import Conflict, Invalid
from api.people.commands.oneself import update_preferences
from api.people.commands.users import create_user, set_skills, update_user
from api.people.queries import UserFilter, list_users
from api.people.wire import NewUser, NewUserSkill, Preferences, UserPatch, UserSkills
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World

AGENT = NewUser(email=" Eve@Example.com ", name=" Eve ", role="agent", password="a walk by the sea", tags=["b", "a"])


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


def log(url: str, action: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as conn:
        query = "select entity_id, old_values, new_values from audit_logs where action = %s order by id"
        return conn.execute(query, [action]).fetchall()


async def test_an_account_is_logged_without_its_name_its_address_and_its_password(
    acting: Acting, database_url: str
) -> None:
    user_id = await acting.do("admin", create_user, AGENT)
    await acting.do("admin", update_user, user_id, UserPatch(name="Eva", email="eva@example.com", capacity=3))
    assert log(database_url, "user.created") == [
        (user_id, None, {"role": "agent", "capacity": 20, "tags": ["a", "b"], "is_active": True})
    ]
    changes = {"capacity": 3, "changed": ["email", "name"]}
    assert log(database_url, "user.updated") == [(user_id, {"capacity": 20}, changes)]


async def test_an_address_is_one_persons_in_whatever_case(acting: Acting) -> None:
    await acting.do("admin", create_user, AGENT)
    with pytest.raises(Conflict) as refused:
        await acting.do("admin", create_user, NewUser(email="EVE@example.com", name="Eve", role="customer"))
    assert refused.value.code == "user.email_taken"
    with pytest.raises(Conflict):
        await acting.do("admin", update_user, acting.world.agent, UserPatch(email="eve@EXAMPLE.com"))


async def test_a_password_an_administrator_gives_is_held_to_the_same_rules(acting: Acting) -> None:
    with pytest.raises(Invalid) as refused:
        await acting.do("admin", create_user, NewUser(email="e@example.com", name="E", role="agent", password="short"))
    assert refused.value.extra["field"] == "password"


@pytest.mark.parametrize("patch", [UserPatch(is_active=False), UserPatch(role="agent"), UserPatch(role="customer")])
async def test_the_last_administrator_stays(acting: Acting, patch: UserPatch) -> None:
    with pytest.raises(Conflict) as refused:
        await acting.do("admin", update_user, acting.world.admin, patch)
    assert refused.value.code == "user.last_admin"


async def test_two_administrators_cannot_remove_each_other_at_once(acting: Acting, database_url: str) -> None:
    other = await acting.do("admin", create_user, NewUser(email="b@example.com", name="B", role="admin"))
    removing = [acting.do("admin", update_user, who, UserPatch(is_active=False)) for who in (other, acting.world.admin)]
    done = await asyncio.gather(*removing, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in done) == 1
    with psycopg.connect(database_url) as conn:
        assert conn.execute("select count(*) from users where role = 'admin' and is_active").fetchone() == (1,)


@pytest.mark.parametrize("patch", [UserPatch(is_active=False), UserPatch(role="customer")])
async def test_who_leaves_hands_every_active_ticket_to_the_one_named(acting: Acting, patch: UserPatch) -> None:
    world = acting.world
    tickets = [await acting.opened(category_id=world.category) for _ in range(3)]
    await acting.do("agent", change_status, tickets[1], StatusChange(status="in_progress"))
    await acting.do("agent", change_status, tickets[2], StatusChange(status="resolved"))
    patch.reassign_to = world.outsider
    await acting.do("admin", update_user, world.agent, patch)
    held = [await acting.seen("admin", ticket) for ticket in tickets]
    assert [ticket.assigned_agent.id for ticket in held if ticket.assigned_agent] == [
        world.outsider, world.outsider, world.agent,
    ]  # fmt: skip
    assert [ticket.status for ticket in held] == ["assigned", "in_progress", "resolved"]


async def test_without_an_heir_the_tickets_of_who_leaves_are_routed_anew(acting: Acting) -> None:
    world = acting.world
    await acting.do(
        "admin", set_skills, world.lead, UserSkills(skills=[NewUserSkill(skill_id=world.skill, proficiency=1)])
    )
    touched, untouched = [await acting.opened(category_id=world.category) for _ in range(2)]
    await acting.do("agent", change_status, touched, StatusChange(status="in_progress"))
    await acting.do("admin", update_user, world.agent, UserPatch(is_active=False, reassign_to=None))
    for ticket_id, status in ((touched, "in_progress"), (untouched, "assigned")):
        ticket = await acting.seen("admin", ticket_id)
        assert ticket.assigned_agent
        assert (ticket.assigned_agent.id, ticket.status) == (world.lead, status)


async def test_tickets_are_handed_on_only_when_somebody_leaves_and_only_to_an_agent(acting: Acting) -> None:
    world = acting.world
    for patch in (
        UserPatch(reassign_to=world.lead),
        UserPatch(is_active=False, reassign_to=world.agent),
        UserPatch(is_active=False, reassign_to=world.customer),
    ):
        with pytest.raises(Invalid) as refused:
            await acting.do("admin", update_user, world.agent, patch)
        assert refused.value.extra["field"] == "reassign_to"


async def test_who_is_made_a_customer_leads_and_belongs_to_no_team(acting: Acting, database_url: str) -> None:
    await acting.do("admin", update_user, acting.world.lead, UserPatch(role="customer"))
    role = {"user_id": acting.world.lead, "role": "lead"}
    assert log(database_url, "team.member_removed") == [(acting.world.team, role, None)]


async def test_skills_are_exactly_those_named(acting: Acting, database_url: str) -> None:
    skill = acting.world.skill
    better = UserSkills(skills=[NewUserSkill(skill_id=skill, proficiency=5)])
    await acting.do("admin", set_skills, acting.world.agent, better)
    await acting.do("admin", set_skills, acting.world.agent, better)
    await acting.do("admin", set_skills, acting.world.agent, UserSkills(skills=[]))
    assert [row[1:] for row in log(database_url, "user.skills_changed")] == [
        ({"skills": {str(skill): 4}}, {"skills": {str(skill): 5}}),
        ({"skills": {str(skill): 5}}, {"skills": {}}),
    ]
    for wrong in ([NewUserSkill(skill_id=999_999, proficiency=1)], better.skills * 2):
        with pytest.raises(Invalid):
            await acting.do("admin", set_skills, acting.world.agent, UserSkills(skills=wrong))


async def test_availability_is_staffs_and_a_zone_must_be_known(acting: Acting) -> None:
    for who, wanted in (("customer", Preferences(availability="away")), ("agent", Preferences(time_zone="Mars/Base"))):
        with pytest.raises(Invalid):
            await acting.do(who, update_preferences, getattr(acting.world, who), wanted)


async def test_filters_of_the_directory_combine_and_wildcards_are_letters(acting: Acting) -> None:
    world = acting.world
    async with acting.db.open_read(world.actor("agent"), world.now) as read:

        async def found(**wanted: Any) -> list[int]:
            return [user.id for user in (await list_users(read, UserFilter(**wanted))).users]

        assert await found(role="agent", team_id=world.team) == [world.agent, world.lead]
        assert await found(q="OTHER cust") == [world.other_customer]
        assert await found(q="er_customer@") == [world.other_customer]
        assert await found(q="%") == []
        assert await found(role="admin", q="customer") == []


async def test_deactivation_ends_sessions_at_once_and_says_what_is_left(
    client: httpx.AsyncClient, acting: Acting, sign_in: Any
) -> None:
    agent, admin = await sign_in("agent"), await sign_in("admin")
    await acting.opened(category_id=acting.world.category)
    assert (await client.get("/api/auth/me", headers=agent)).status_code == 200
    answer = await client.patch(f"/api/users/{acting.world.agent}", json={"is_active": False}, headers=admin)
    assert answer.json()["active_tickets"] == 1
    assert "password" not in answer.text
    assert (await client.get("/api/auth/me", headers=agent)).status_code == 401
    await client.patch(f"/api/users/{acting.world.agent}", json={"is_active": True}, headers=admin)
    assert (await client.get("/api/auth/me", headers=agent)).status_code == 401, "a session does not come back"


async def test_a_new_role_and_a_reset_end_sessions_and_other_changes_do_not(
    client: httpx.AsyncClient, world: World, sign_in: Any
) -> None:
    admin = await sign_in("admin")
    path = f"/api/users/{world.agent}"
    agent = await sign_in("agent")
    await client.patch(path, json={"capacity": 5}, headers=admin)
    assert (await client.get("/api/auth/me", headers=agent)).status_code == 200
    await client.patch(path, json={"role": "admin"}, headers=admin)
    assert (await client.get("/api/auth/me", headers=agent)).status_code == 401
    agent = await sign_in("agent")
    ended = await client.delete(f"{path}/sessions", headers=admin)
    assert ended.json() == {"ended": 1}
    assert (await client.get("/api/auth/me", headers=agent)).status_code == 401


async def test_an_agent_says_for_themselves_whether_they_take_tickets(
    client: httpx.AsyncClient, world: World, sign_in: Any
) -> None:
    agent = await sign_in("agent")
    answer = await client.patch("/api/users/me", json={"availability": "away", "language": "de"}, headers=agent)
    assert (answer.json()["availability"], answer.json()["language"]) == ("away", "de")
    refused = await client.patch("/api/users/me", json={"role": "admin"}, headers=agent)
    assert refused.status_code == 400
