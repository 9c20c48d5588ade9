"""Teams, and who is in them."""

from typing import Any

from msgspec import UNSET
from psycopg.errors import UniqueViolation

from api.errors import Conflict, Invalid, NotFound
from api.events.catalogue import TeamCreated, TeamMemberAdded, TeamMemberRemoved, TeamUpdated
from api.events.tx import Tx
from api.people.wire import NewMember, NewTeam, TeamPatch


async def create_team(tx: Tx, data: NewTeam) -> int:
    """Make a team; returns the id. Raises Conflict when the name is taken."""
    team_id = await tx.value(
        """
        insert into teams (name, description, created_at) values (%(name)s, %(description)s, %(now)s)
        on conflict (name) do nothing returning id
        """,
        {"name": data.name.strip(), "description": data.description.strip(), "now": tx.now},
    )
    if team_id is None:
        raise _taken()
    await tx.append(TeamCreated(entity_id=team_id, new={"name": data.name.strip(), "is_active": True}))
    return team_id


async def update_team(tx: Tx, team_id: int, data: TeamPatch) -> None:
    """Write what differs. Raises NotFound, and Conflict when the name is taken."""
    rows = await tx.dicts(
        "select name, description, is_active from teams where id = %(id)s for update", {"id": team_id}
    )
    if not rows:
        raise NotFound("team.not_found", "There is no such team.")
    named: dict[str, Any] = {name: getattr(data, name) for name in data.__struct_fields__}
    wanted = {name: value.strip() if isinstance(value, str) else value for name, value in named.items()}
    changed = {name: value for name, value in wanted.items() if value is not UNSET and value != rows[0][name]}
    if not changed:
        return
    try:
        await tx.run(
            "update teams set name = %(name)s, description = %(description)s, is_active = %(is_active)s where id = %(id)s",
            rows[0] | changed | {"id": team_id},
        )
    except UniqueViolation as error:
        raise _taken() from error
    told = {name: value for name, value in changed.items() if name != "description"}
    untold = {"changed": ["description"]} if "description" in changed else {}
    await tx.append(TeamUpdated(entity_id=team_id, old={name: rows[0][name] for name in told}, new=told | untold))


async def add_member(tx: Tx, team_id: int, data: NewMember) -> None:
    """Put an agent into the team, or give one who is in it the role; again changes nothing.

    Raises NotFound, and Invalid when that is no active agent or administrator.
    """
    await _lock_team(tx, team_id)
    fits = "id = %(id)s and is_active and role in ('agent', 'admin')"
    if await tx.value(f"select id from users where {fits} for share", {"id": data.user_id}) is None:
        raise Invalid("team.not_an_agent", "That is not an active agent.", field="user_id")
    had = await tx.value(
        "select role from team_members where team_id = %(team)s and user_id = %(user)s",
        {"team": team_id, "user": data.user_id},
    )
    if had == data.role:
        return
    await tx.run(
        """
        insert into team_members (team_id, user_id, role) values (%(team)s, %(user)s, %(role)s)
        on conflict (team_id, user_id) do update set role = excluded.role
        """,
        {"team": team_id, "user": data.user_id, "role": data.role},
    )
    old = {"user_id": data.user_id, "role": had} if had else None
    await tx.append(TeamMemberAdded(entity_id=team_id, old=old, new={"user_id": data.user_id, "role": data.role}))


async def remove_member(tx: Tx, team_id: int, user_id: int) -> None:
    """Take somebody out of the team. Raises NotFound when they are not in it."""
    await _lock_team(tx, team_id)
    role = await tx.value(
        "delete from team_members where team_id = %(team)s and user_id = %(user)s returning role",
        {"team": team_id, "user": user_id},
    )
    if role is None:
        raise NotFound("team.not_a_member", "They are not in this team.")
    await tx.append(TeamMemberRemoved(entity_id=team_id, old={"user_id": user_id, "role": role}))


async def _lock_team(tx: Tx, team_id: int) -> None:
    if await tx.value("select id from teams where id = %(id)s for update", {"id": team_id}) is None:
        raise NotFound("team.not_found", "There is no such team.")


def _taken() -> Conflict:
    return Conflict("team.name_taken", "Another team has this name.", field="name")
