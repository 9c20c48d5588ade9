"""Reads of the directory: whom to choose, and what there is to choose from."""

from api.db import Read
from api.people.wire import Category, Named, Skill, Team

MAX_LISTED = 1_000
"""Most agents, teams, skills, categories or members a list shows."""


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
