"""Reads of the directory: whom to choose, and what there is to choose from."""

from collections.abc import Sequence
from typing import Any

import msgspec

from api.actor import Role
from api.db import Read
from api.errors import NotFound
from api.pages import COUNT_CAP, pagination, window
from api.people.wire import Category, CategoryNode, Member, Named, Skill, Team, User, UserPage
from api.visibility import visible_tickets

MAX_LISTED = 1_000
"""Most agents, teams, skills, categories or members a list shows."""


_USER = """
select u.id, u.email, u.name, u.role, u.is_active, u.availability, u.capacity, u.tags, u.language, u.time_zone, u.is_organisation_confirmed,
       u.created_at, u.updated_at,
       (select jsonb_build_object('id', o.id, 'name', o.name) from organisations o where o.id = u.organisation_id)
           as organisation,
       coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'role', m.role) order by t.name)
                 from team_members m join teams t on t.id = m.team_id where m.user_id = u.id), '[]') as teams,
       coalesce((select jsonb_agg(jsonb_build_object('skill_id', s.id, 'name', s.name, 'proficiency', k.proficiency)
                                  order by s.name)
                 from user_skills k join skills s on s.id = k.skill_id where k.user_id = u.id), '[]') as skills
"""


class UserFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of people is narrowed to; filters combine by `and`. `q` is a part of the name or the address."""

    role: Role | None = None
    team_id: int | None = None
    is_active: bool | None = None
    q: str | None = None


async def list_users(read: Read, wanted: UserFilter, *, page: int = 1, limit: int = 20) -> UserPage:
    """One page of people, by name. Raises Malformed when page or limit is out of bounds."""
    size, offset = window(page, limit)
    where, params = _conditions(wanted)
    params = params | {"limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    rows = await read.dicts(
        f"{_USER} from users u where {where} order by u.name, u.id limit %(limit)s offset %(offset)s", params
    )
    total = await read.value(
        f"select count(*) from (select 1 from users u where {where} limit %(cap)s) counted", params
    )
    return UserPage(msgspec.convert(rows, list[User]), pagination(total, page, limit))


async def get_user(read: Read, user_id: int) -> User:
    """One person. Raises NotFound."""
    rows = await read.dicts(f"{_USER} from users u where u.id = %(id)s", {"id": user_id})
    if not rows:
        raise NotFound("user.not_found", "There is no such person.")
    return msgspec.convert(rows[0], User)


async def count_active_tickets(read: Read, user_id: int) -> int:
    """How many tickets that are neither resolved nor closed the agent has, of those the reader may see."""
    visible, params = visible_tickets(read.actor)
    return await read.value(
        f"""
        select count(*) from tickets t
        where t.assigned_agent_id = %(id)s and t.status not in ('resolved', 'closed') and {visible}
        """,
        params | {"id": user_id},
    )


async def list_agents(read: Read) -> list[Named]:
    """Who can be given a ticket: active agents and administrators, by name, at most MAX_LISTED."""
    return await read.all(
        f"""
        select id, name from users where role in ('agent', 'admin') and is_active
        order by name, id limit {MAX_LISTED}
        """,
        None,
        Named,
    )


async def find_customer_id(read: Read, email: str) -> int | None:
    """The active customer of that address, in whatever case, or None."""
    return await read.value(
        "select id from users where lower(email) = lower(%(email)s) and role = 'customer' and is_active",
        {"email": email.strip()},
    )


async def list_teams(read: Read, *, with_inactive: bool = False) -> list[Team]:
    """Teams by name, at most MAX_LISTED."""
    return await read.all(
        f"""
        select t.id, t.name, t.description, t.is_active,
               (select count(*) from team_members m where m.team_id = t.id) as member_count
        from teams t where t.is_active or %(with_inactive)s order by t.name, t.id limit {MAX_LISTED}
        """,
        {"with_inactive": with_inactive},
        Team,
    )


async def get_team(read: Read, team_id: int) -> Team:
    """One team. Raises NotFound."""
    team = await read.one(
        """
        select t.id, t.name, t.description, t.is_active,
               (select count(*) from team_members m where m.team_id = t.id) as member_count
        from teams t where t.id = %(id)s
        """,
        {"id": team_id},
        Team,
    )
    if team is None:
        raise NotFound("team.not_found", "There is no such team.")
    return team


async def list_members(read: Read, team_id: int) -> list[Member]:
    """Who is in a team, leads first, then by name, at most MAX_LISTED; of no team, nobody."""
    return await read.all(
        f"""
        select u.id as user_id, u.name, m.role, u.is_active, u.availability
        from team_members m join users u on u.id = m.user_id where m.team_id = %(team_id)s
        order by m.role <> 'lead', u.name, u.id limit {MAX_LISTED}
        """,
        {"team_id": team_id},
        Member,
    )


async def list_skills(read: Read) -> list[Skill]:
    """Skills by name, at most MAX_LISTED."""
    return await read.all(f"select id, name from skills order by name, id limit {MAX_LISTED}", None, Skill)


async def list_categories(read: Read, *, with_inactive: bool = False) -> list[Category]:
    """Categories in the order of their tree, each after the one it is part of, at most MAX_LISTED. Below one that is
    inactive, all are left out."""
    return await read.all(
        f"""
        with recursive tree as (
            select c.*, c.name as path, array[c.name, c.id::text] as place
            from categories c where c.parent_id is null and (c.is_active or %(with_inactive)s)
            union all
            select c.*, t.path || ' / ' || c.name, t.place || array[c.name, c.id::text]
            from tree t join categories c on c.parent_id = t.id where c.is_active or %(with_inactive)s
        )
        select id, name, path, parent_id, skill_id, team_id, is_active from tree order by place limit {MAX_LISTED}
        """,
        {"with_inactive": with_inactive},
        Category,
    )


async def get_category(read: Read, category_id: int) -> Category:
    """One category, inactive or not. Raises NotFound."""
    found = await read.one(
        """
        with recursive above as (
            select id, name, parent_id, 1 as height from categories where id = %(id)s
            union all
            select c.id, c.name, c.parent_id, a.height + 1 from above a join categories c on c.id = a.parent_id
        )
        select c.id, c.name, c.parent_id, c.skill_id, c.team_id, c.is_active,
               (select string_agg(name, ' / ' order by height desc) from above) as path
        from categories c where c.id = %(id)s
        """,
        {"id": category_id},
        Category,
    )
    if found is None:
        raise NotFound("category.not_found", "There is no such category.")
    return found


def tree_of(categories: Sequence[Category]) -> list[CategoryNode]:
    """The categories, each after the one it is part of, as a tree in the same order."""
    nodes: dict[int, CategoryNode] = {}
    roots: list[CategoryNode] = []
    for category in categories:
        nodes[category.id] = node = CategoryNode(**msgspec.structs.asdict(category), children=[])
        (roots if category.parent_id is None else nodes[category.parent_id].children).append(node)
    return roots


def _conditions(wanted: UserFilter) -> tuple[str, dict[str, Any]]:
    found, params = ["true"], {}
    for column in ("role", "is_active"):
        if (value := getattr(wanted, column)) is not None:
            found.append(f"u.{column} = %({column})s")
            params[column] = value
    if wanted.team_id is not None:
        found.append("u.id in (select m.user_id from team_members m where m.team_id = %(team_id)s)")
        params["team_id"] = wanted.team_id
    if wanted.q:
        found.append("(u.name ilike %(q)s or u.email ilike %(q)s)")
        params["q"] = "%" + wanted.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return " and ".join(found), params
