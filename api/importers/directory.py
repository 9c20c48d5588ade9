"""Write the people and places of a history, once, and know their ids."""

from typing import Any

import msgspec
import polars as pl
import psycopg

from api.importers.history import Directory

_LOG = "insert into audit_logs (occurred_at, action, entity_type, entity_id, actor_kind, new_values, visibility) "

_USERS = f"""
with wanted as (
    select * from jsonb_to_recordset(%(rows)s::text::jsonb)
        as w (external_id text, email text, name text, role text, availability text, tags text[], password_hash text, created_at timestamptz)
), made as (
    insert into users (external_id, email, name, role, availability, tags, password_hash, created_at, updated_at)
    select external_id, email, name, role, availability, tags, password_hash, created_at, created_at from wanted
    on conflict do nothing returning id, role, tags, created_at
)
{_LOG}
select created_at, 'user.created', 'user', id, 'system', jsonb_build_object('role', role, 'is_active', true, 'tags', tags), 'internal'
from made order by id
"""
_TEAMS = f"""
with made as (
    insert into teams (external_id, name, created_at)
    select * from jsonb_to_recordset(%(rows)s::text::jsonb) as w (external_id text, name text, created_at timestamptz)
    on conflict do nothing returning id, name, created_at
)
{_LOG}
select created_at, 'team.created', 'team', id, 'system', jsonb_build_object('name', name, 'is_active', true), 'internal' from made order by id
"""
_SKILLS = f"""
with made as (
    insert into skills (name, created_at)
    select * from jsonb_to_recordset(%(rows)s::text::jsonb) as w (name text, created_at timestamptz)
    on conflict do nothing returning id, name, created_at
)
{_LOG}
select created_at, 'skill.created', 'skill', id, 'system', jsonb_build_object('name', name), 'internal' from made order by id
"""
_MEMBERS = f"""
with made as (
    insert into team_members (team_id, user_id, role)
    select w.team, w.person, w.role
    from jsonb_to_recordset(%(rows)s::text::jsonb) as w (team bigint, person bigint, role text)
    on conflict do nothing returning team_id, user_id, role
)
{_LOG}
select w.created_at, 'team.member_added', 'team', m.team_id, 'system', jsonb_build_object('user_id', m.user_id, 'role', m.role), 'internal'
from made m join jsonb_to_recordset(%(rows)s::text::jsonb) as w (team bigint, person bigint, created_at timestamptz)
  on (w.team, w.person) = (m.team_id, m.user_id)
"""
_PROFICIENCIES = f"""
with made as (
    insert into user_skills (user_id, skill_id, proficiency)
    select w.person, w.skill, w.proficiency
    from jsonb_to_recordset(%(rows)s::text::jsonb) as w (person bigint, skill bigint, proficiency smallint)
    on conflict do nothing returning user_id, skill_id, proficiency
)
{_LOG}
select w.created_at, 'user.skills_changed', 'user', m.user_id, 'system',
       jsonb_build_object('skills', jsonb_object_agg(m.skill_id::text, m.proficiency)), 'internal'
from made m join jsonb_to_recordset(%(rows)s::text::jsonb) as w (person bigint, skill bigint, created_at timestamptz)
  on (w.person, w.skill) = (m.user_id, m.skill_id)
group by m.user_id, w.created_at
"""
_CATEGORIES = f"""
with made as (
    insert into categories (external_id, name, parent_id, skill_id, team_id, created_at)
    select w.external_id, w.name, w.parent, w.skill, w.team, w.created_at
    from jsonb_to_recordset(%(rows)s::text::jsonb)
        as w (external_id text, name text, parent bigint, skill bigint, team bigint, created_at timestamptz)
    on conflict do nothing returning id, name, parent_id, skill_id, team_id, created_at
)
{_LOG}
select created_at, 'category.created', 'category', id, 'system',
       jsonb_build_object('name', name, 'parent_id', parent_id, 'skill_id', skill_id, 'team_id', team_id, 'is_active', true), 'internal'
from made order by id
"""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Ids by external id (`key`, `id`), ready to be joined; people with the tags that policies look at."""

    people: pl.DataFrame
    teams: pl.DataFrame
    skills: pl.DataFrame
    categories: pl.DataFrame
    leads: pl.DataFrame
    """`team_id`, `lead_id`: to whom an escalation goes."""
    admin_id: int | None
    """To whom it goes where a team has no lead."""


def write_directory(conn: psycopg.Connection[Any], directory: Directory) -> Known:
    """Insert who and what is not there yet, with their events; somebody who is (by external id, or by address or name) is
    taken for the one meant. The caller commits."""
    run = _Writer(conn)
    run.insert(_USERS, directory.people)
    run.insert(_TEAMS, directory.teams)
    run.insert(_SKILLS, directory.skills)
    people = run.find("users", directory.people, "external_id", "lower(t.email) = lower(w.email)", "t.tags")
    teams = run.find("teams", directory.teams, "external_id", "t.name = w.name")
    skills = run.find("skills", directory.skills, "name", "t.name = w.name")
    run.insert(_MEMBERS, _with_ids(directory.members, team=teams, person=people))
    run.insert(_PROFICIENCIES, _with_ids(directory.proficiencies, person=people, skill=skills))
    nothing = pl.DataFrame(schema={"key": pl.String, "id": pl.Int64})
    categories = nothing
    for level in (directory.categories.filter(pl.col("parent").is_null()), directory.categories.drop_nulls("parent")):
        rows = _with_ids(level, parent=categories, skill=skills, team=teams)
        run.insert(_CATEGORIES, rows)
        same = "(coalesce(t.parent_id, 0), t.name) = (coalesce(w.parent, 0), w.name)"
        categories = pl.concat([categories, run.find("categories", rows, "external_id", same)])
    return Known(
        people=people,
        teams=teams,
        skills=skills,
        categories=categories,
        leads=_frame(
            conn,
            """select distinct on (m.team_id) m.team_id, u.id as lead_id
               from team_members m join users u on u.id = m.user_id
               where m.role = 'lead' and u.is_active
               order by m.team_id, (u.availability = 'available') desc, u.id""",
            {"team_id": pl.Int64, "lead_id": pl.Int64},
        ),
        admin_id=_admin(conn),
    )


class _Writer:
    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn = conn

    def insert(self, statement: str, rows: pl.DataFrame) -> None:
        if not rows.is_empty():
            self._conn.execute(statement.encode(), {"rows": _json(rows)})

    def find(self, table: str, rows: pl.DataFrame, key: str, same: str, more: str = "null::text[]") -> pl.DataFrame:
        """`key`, `id` and `tags` of the rows: by external id, else by what makes them the same."""
        schema = {"key": pl.String, "id": pl.Int64, "tags": pl.List(pl.String)}
        wanted = "w (external_id text, email text, name text, parent bigint)"
        by_id = "t.external_id = w.external_id" if key == "external_id" else "false"
        found = _frame(
            self._conn,
            f"""select distinct on (key) key, id, tags from (
                    select w.{key} as key, t.id, {more} as tags, 1 as rank
                    from jsonb_to_recordset(%(rows)s::text::jsonb) as {wanted} join {table} t on {by_id}
                    union all
                    select w.{key}, t.id, {more}, 2
                    from jsonb_to_recordset(%(rows)s::text::jsonb) as {wanted} join {table} t on {same}
                ) found order by key, rank, id""",
            schema,
            {"rows": _json(rows)},
        )
        return found if table == "users" else found.drop("tags")


def _with_ids(rows: pl.DataFrame, **known: pl.DataFrame) -> pl.DataFrame:
    """The rows with references replaced by ids; null stays null."""
    for column, ids in known.items():
        rows = rows.with_columns(
            pl.col(column).replace_strict(ids["key"], ids["id"], default=None, return_dtype=pl.Int64)
        )
    return rows


def _json(rows: pl.DataFrame) -> str:
    return msgspec.json.encode(rows.to_dicts()).decode()


def _frame(
    conn: psycopg.Connection[Any], query: str, schema: dict[str, Any], params: dict[str, Any] | None = None
) -> pl.DataFrame:
    return pl.DataFrame(conn.execute(query.encode(), params).fetchall(), schema=schema, orient="row")


def _admin(conn: psycopg.Connection[Any]) -> int | None:
    row = conn.execute(
        "select id from users where role = 'admin' and is_active and availability = 'available' order by id limit 1"
    ).fetchone()
    return int(row[0]) if row else None
