"""`/api/users`, `/api/teams`, `/api/skills`, `/api/categories`: the directory, read by staff, written by administrators."""

from typing import Annotated

from litestar import Router, delete, get, patch, post, put
from litestar.datastructures import State
from litestar.params import Parameter

from api.actor import Right, Role
from api.auth.authenticate import forget
from api.auth.queries import get_me
from api.auth.wire import EndedSessions, Me
from api.db import Read
from api.events.tx import Tx
from api.people import queries
from api.people.commands import oneself, subjects, teams, users
from api.people.queries import UserFilter
from api.people.wire import (
    Category,
    CategoryPatch,
    CategoryTree,
    MemberList,
    NewCategory,
    NewMember,
    NewSkill,
    NewTeam,
    NewUser,
    Preferences,
    Skill,
    SkillList,
    Team,
    TeamList,
    TeamPatch,
    User,
    UserChange,
    UserPage,
    UserPatch,
    UserSkills,
)

Part = Annotated[str | None, Parameter(max_length=100, description="A part of the name or the e-mail address")]


@get("/users", right=Right.DIRECTORY_READ, operation_id="list_users", summary="List people")
async def list_users(
    read: Read,
    role: Role | None = None,
    team_id: int | None = None,
    is_active: bool | None = None,
    q: Part = None,
    page: int = 1,
    limit: int = 20,
) -> UserPage:
    """People by name; filters combine by `and`."""
    wanted = UserFilter(role=role, team_id=team_id, is_active=is_active, q=q)
    return await queries.list_users(read, wanted, page=page, limit=limit)


@get("/users/{user_id:int}", right=Right.DIRECTORY_READ, operation_id="get_user", summary="Read a person")
async def get_user(read: Read, user_id: int) -> User:
    """One person, with teams and skills."""
    return await queries.get_user(read, user_id)


@post("/users", right=Right.ADMIN, operation_id="create_user", summary="Make an account for somebody")
async def create_user(tx: Tx, data: NewUser) -> User:
    """Make a person of any role. Without a password they cannot sign in."""
    return await queries.get_user(tx, await users.create_user(tx, data))


@patch("/users/{user_id:int}", right=Right.ADMIN, operation_id="update_user", summary="Change a person")
async def update_user(tx: Tx, user_id: int, data: UserPatch, state: State) -> UserChange:
    """Change the fields named. A new role or password, and deactivation, end the person's sessions at once."""
    await users.update_user(tx, user_id, data)
    forget(state, user_id)
    return UserChange(await queries.get_user(tx, user_id), await queries.count_active_tickets(tx, user_id))


@delete(
    "/users/{user_id:int}/sessions",
    right=Right.ADMIN,
    status_code=200,
    operation_id="end_sessions",
    summary="Sign a person out everywhere",
)
async def end_sessions(tx: Tx, user_id: int, state: State) -> EndedSessions:
    """Revoke all sessions of the person."""
    ended = await users.end_sessions(tx, user_id)
    forget(state, user_id)
    return EndedSessions(ended)


@put("/users/{user_id:int}/skills", right=Right.ADMIN, operation_id="set_user_skills", summary="Say what one can do")
async def set_user_skills(tx: Tx, user_id: int, data: UserSkills) -> User:
    """Make these all the skills the person has."""
    await users.set_skills(tx, user_id, data)
    return await queries.get_user(tx, user_id)


@patch("/users/me", right=Right.ME, operation_id="update_preferences", summary="Change one's preferences")
async def update_preferences(tx: Tx, data: Preferences, state: State) -> Me:
    """Name, language, time zone, colours; and for staff, whether one takes tickets."""
    user_id = tx.actor.id or 0
    await oneself.update_preferences(tx, user_id, data)
    forget(state, user_id)
    return await get_me(tx, user_id)


@get("/teams", right=Right.DIRECTORY_READ, operation_id="list_teams", summary="List teams")
async def list_teams(read: Read, with_inactive: bool = False) -> TeamList:
    """Teams by name."""
    return TeamList(await queries.list_teams(read, with_inactive=with_inactive))


@post("/teams", right=Right.ADMIN, operation_id="create_team", summary="Make a team")
async def create_team(tx: Tx, data: NewTeam) -> Team:
    """Make a team, with nobody in it yet."""
    return await queries.get_team(tx, await teams.create_team(tx, data))


@patch("/teams/{team_id:int}", right=Right.ADMIN, operation_id="update_team", summary="Change a team")
async def update_team(tx: Tx, team_id: int, data: TeamPatch) -> Team:
    """Change the fields named."""
    await teams.update_team(tx, team_id, data)
    return await queries.get_team(tx, team_id)


@get("/teams/{team_id:int}/members", right=Right.DIRECTORY_READ, operation_id="list_members", summary="List a team")
async def list_members(read: Read, team_id: int) -> MemberList:
    """Who is in the team, its leads first."""
    await queries.get_team(read, team_id)
    return MemberList(await queries.list_members(read, team_id))


@post("/teams/{team_id:int}/members", right=Right.ADMIN, operation_id="add_member", summary="Put somebody into a team")
async def add_member(tx: Tx, team_id: int, data: NewMember, state: State) -> MemberList:
    """Put an agent into the team as a member or its lead; one who is in it gets the role."""
    await teams.add_member(tx, team_id, data)
    forget(state, data.user_id)
    return MemberList(await queries.list_members(tx, team_id))


@delete(
    "/teams/{team_id:int}/members/{user_id:int}",
    right=Right.ADMIN,
    operation_id="remove_member",
    summary="Take somebody out of a team",
)
async def remove_member(tx: Tx, team_id: int, user_id: int, state: State) -> None:
    """Take somebody out; their tickets stay theirs."""
    await teams.remove_member(tx, team_id, user_id)
    forget(state, user_id)


@get("/skills", right=Right.DIRECTORY_READ, operation_id="list_skills", summary="List skills")
async def list_skills(read: Read) -> SkillList:
    """Skills by name."""
    return SkillList(await queries.list_skills(read))


@post("/skills", right=Right.ADMIN, operation_id="create_skill", summary="Make a skill")
async def create_skill(tx: Tx, data: NewSkill) -> Skill:
    """Make a skill, which nobody has yet."""
    return Skill(await subjects.create_skill(tx, data), data.name.strip())


@patch("/skills/{skill_id:int}", right=Right.ADMIN, operation_id="rename_skill", summary="Rename a skill")
async def rename_skill(tx: Tx, skill_id: int, data: NewSkill) -> Skill:
    """Give the skill another name."""
    await subjects.rename_skill(tx, skill_id, data)
    return Skill(skill_id, data.name.strip())


@get("/categories", right=Right.TICKET_READ, operation_id="list_categories", summary="List what complaints are about")
async def list_categories(read: Read) -> CategoryTree:
    """The active categories as a tree; administrators see the inactive ones too."""
    found = await queries.list_categories(read, with_inactive=read.actor.role == "admin")
    return CategoryTree(queries.tree_of(found))


@post("/categories", right=Right.ADMIN, operation_id="create_category", summary="Make a category")
async def create_category(tx: Tx, data: NewCategory) -> Category:
    """Make a category, at the top or below another."""
    return await queries.get_category(tx, await subjects.create_category(tx, data))


@patch("/categories/{category_id:int}", right=Right.ADMIN, operation_id="update_category", summary="Change a category")
async def update_category(tx: Tx, category_id: int, data: CategoryPatch) -> Category:
    """Change the fields named; inactive, it is offered to nobody, and neither are those below it."""
    await subjects.update_category(tx, category_id, data)
    return await queries.get_category(tx, category_id)


router = Router(
    "/api",
    tags=["People"],
    route_handlers=[
        list_users,
        get_user,
        create_user,
        update_user,
        end_sessions,
        set_user_skills,
        update_preferences,
        list_teams,
        create_team,
        update_team,
        list_members,
        add_member,
        remove_member,
        list_skills,
        create_skill,
        rename_skill,
        list_categories,
        create_category,
        update_category,
    ],
)
