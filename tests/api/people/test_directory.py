"""Teams, skills and the tree of categories."""

import asyncio

import httpx
import psycopg
import pytest

from api.db import Database
from api.errors import Conflict, Invalid, NotFound
from api.people.commands.subjects import create_category, create_skill, rename_skill, update_category
from api.people.commands.teams import add_member, create_team, remove_member, update_team
from api.people.queries import get_category, list_categories, list_members, list_teams, tree_of
from api.people.wire import CategoryPatch, NewCategory, NewMember, NewSkill, NewTeam, TeamPatch
from tests.acting import Acting
from tests.worlds import World


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


def logged(url: str, entity_type: str) -> list[tuple]:
    with psycopg.connect(url) as conn:
        query = "select action, old_values, new_values from audit_logs where entity_type = %s order by id"
        return conn.execute(query, [entity_type]).fetchall()


async def test_a_team_is_made_renamed_and_put_away(acting: Acting, database_url: str) -> None:
    team = await acting.do("admin", create_team, NewTeam(name=" Billing "))
    await acting.do("admin", update_team, team, TeamPatch(name="Accounts", description="Invoices"))
    await acting.do("admin", update_team, team, TeamPatch(name="Accounts", is_active=False))
    assert logged(database_url, "team") == [
        ("team.created", None, {"name": "Billing", "is_active": True}),
        ("team.updated", {"name": "Billing"}, {"name": "Accounts", "changed": ["description"]}),
        ("team.updated", {"is_active": True}, {"is_active": False}),
    ]
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        assert team not in [found.id for found in await list_teams(read)]
        assert team in [found.id for found in await list_teams(read, with_inactive=True)]


async def test_a_name_is_one_teams(acting: Acting) -> None:
    with pytest.raises(Conflict):
        await acting.do("admin", create_team, NewTeam(name="Support"))
    with pytest.raises(Conflict):
        await acting.do("admin", update_team, acting.world.other_team, TeamPatch(name="Support"))


async def test_a_member_is_in_a_team_once_with_one_role(acting: Acting, database_url: str) -> None:
    world = acting.world
    for role in ("member", "lead", "lead"):
        await acting.do("admin", add_member, world.other_team, NewMember(user_id=world.agent, role=role))
    async with acting.db.open_read(world.actor("agent"), world.now) as read:
        assert [(m.user_id, m.role) for m in await list_members(read, world.other_team)] == [
            (world.agent, "lead"), (world.outsider, "member"),
        ]  # fmt: skip
    await acting.do("admin", remove_member, world.other_team, world.agent)
    with pytest.raises(NotFound):
        await acting.do("admin", remove_member, world.other_team, world.agent)
    who = {"user_id": world.agent}
    assert logged(database_url, "team") == [
        ("team.member_added", None, who | {"role": "member"}),
        ("team.member_added", who | {"role": "member"}, who | {"role": "lead"}),
        ("team.member_removed", who | {"role": "lead"}, None),
    ]


async def test_a_customer_belongs_to_no_team(acting: Acting) -> None:
    with pytest.raises(Invalid):
        await acting.do("admin", add_member, acting.world.team, NewMember(user_id=acting.world.customer))


async def test_a_skill_is_renamed_and_its_name_is_its_own(acting: Acting, database_url: str) -> None:
    skill = await acting.do("admin", create_skill, NewSkill(name="Invoices"))
    await acting.do("admin", rename_skill, skill, NewSkill(name="Billing"))
    for refused in (acting.do("admin", rename_skill, skill, NewSkill(name="Network")),
                    acting.do("admin", create_skill, NewSkill(name="Billing"))):  # fmt: skip
        with pytest.raises(Conflict):
            await refused
    assert logged(database_url, "skill") == [
        ("skill.created", None, {"name": "Invoices"}),
        ("skill.updated", {"name": "Invoices"}, {"name": "Billing"}),
    ]


async def test_categories_are_a_tree_and_below_an_inactive_one_none_is_offered(acting: Acting) -> None:
    world = acting.world
    slow = await acting.do("admin", create_category, NewCategory(name="Slow", parent_id=world.category))
    deep = await acting.do("admin", create_category, NewCategory(name="At night", parent_id=slow, team_id=world.team))
    async with acting.db.open_read(world.actor("customer"), world.now) as read:
        (root,) = tree_of(await list_categories(read))
        assert [root.id, root.children[0].id, root.children[0].children[0].id] == [world.category, slow, deep]
        assert (await get_category(read, deep)).path == "Internet / Slow / At night"
    await acting.do("admin", update_category, slow, CategoryPatch(is_active=False))
    async with acting.db.open_read(world.actor("customer"), world.now) as read:
        assert [found.id for found in await list_categories(read)] == [world.category]
        assert len(await list_categories(read, with_inactive=True)) == 3


async def test_no_category_is_below_itself_even_when_two_move_at_once(acting: Acting) -> None:
    one, other = [await acting.do("admin", create_category, NewCategory(name=name)) for name in ("One", "Other")]
    moved = await asyncio.gather(
        acting.do("admin", update_category, one, CategoryPatch(parent_id=other)),
        acting.do("admin", update_category, other, CategoryPatch(parent_id=one)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in moved) == ["Invalid", "NoneType"]
    with pytest.raises(Invalid):
        await acting.do("admin", update_category, one, CategoryPatch(parent_id=one))


async def test_a_category_points_only_at_what_is_there(acting: Acting) -> None:
    for field in ("parent_id", "skill_id", "team_id"):
        with pytest.raises(Invalid) as refused:
            await acting.do("admin", create_category, NewCategory(name="New", **{field: 999_999}))
        assert refused.value.extra["field"] == field
    with pytest.raises(Conflict):
        await acting.do("admin", create_category, NewCategory(name="Internet"))


async def test_a_customer_reads_categories_and_nothing_else_of_the_directory(
    client: httpx.AsyncClient,
    world: World,
    sign_in,  # type: ignore[no-untyped-def]
) -> None:
    headers = await sign_in("customer")
    answer = await client.get("/api/categories", headers=headers)
    assert [found["name"] for found in answer.json()["categories"]] == ["Internet"]
    for path in ("users", f"users/{world.agent}", "teams", f"teams/{world.team}/members", "skills"):
        assert (await client.get(f"/api/{path}", headers=headers)).status_code == 403
