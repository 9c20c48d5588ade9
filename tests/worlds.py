"""Worlds small enough to read: a handful of people, one team, one skill, and ways to act as each of them."""

from datetime import UTC, datetime, timedelta

import msgspec
import psycopg

from api.actor import SYSTEM, Actor
from api.sample.defaults import ensure_defaults

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday, outside any change of clocks."""


class World(msgspec.Struct, kw_only=True):
    """Ids of who and what is there. `lead` leads `team`; `agent` and `lead` are in it; `outsider` is in `other_team`."""

    admin: int
    lead: int
    agent: int
    outsider: int
    customer: int
    other_customer: int
    team: int
    other_team: int
    skill: int
    category: int
    now: datetime = NOON

    def actor(self, who: str) -> Actor:
        """The person of that name (`agent`, `customer`, …) as an actor; `system` is the system."""
        if who == "system":
            return SYSTEM
        role = {"admin": "admin", "customer": "customer", "other_customer": "customer"}.get(who, "agent")
        teams = {"lead": (self.team,), "agent": (self.team,), "outsider": (self.other_team,)}.get(who, ())
        return Actor(
            id=getattr(self, who),
            role=role,  # type: ignore[arg-type]
            name=who,
            team_ids=teams,
            led_team_ids=(self.team,) if who == "lead" else (),
        )

    def later(self, **span: float) -> datetime:
        """Move the world's clock on and say what it shows."""
        self.now += timedelta(**span)
        return self.now


def small_world(url: str) -> World:
    """Insert the world's people, teams, skill, category and the default policies. Lead, agent and admin are available."""
    with psycopg.connect(url) as conn:
        ensure_defaults(conn)

        def one(query: str, *values: object) -> int:
            row = conn.execute(query.encode(), values).fetchone()
            assert row is not None
            return int(row[0])

        def person(name: str, role: str, availability: str = "offline") -> int:
            return one(
                "insert into users (email, name, role, availability, created_at, updated_at) "
                "values (%s, %s, %s, %s, %s, %s) returning id",
                f"{name}@example.com", name.replace("_", " ").title(), role, availability, NOON, NOON,
            )  # fmt: skip

        def team(name: str) -> int:
            return one("insert into teams (name, created_at) values (%s, %s) returning id", name, NOON)

        support, field = team("Support"), team("Field service")
        skill = one("insert into skills (name, created_at) values ('Network', %s) returning id", NOON)
        world = World(
            admin=person("admin", "admin", "available"),
            lead=person("lead", "agent", "available"),
            agent=person("agent", "agent", "available"),
            outsider=person("outsider", "agent", "away"),
            customer=person("customer", "customer"),
            other_customer=person("other_customer", "customer"),
            team=support,
            other_team=field,
            skill=skill,
            category=one(
                "insert into categories (name, skill_id, team_id, created_at) values ('Internet', %s, %s, %s) returning id",
                skill, support, NOON,
            ),
        )  # fmt: skip
        conn.cursor().executemany(
            "insert into team_members (team_id, user_id, role) values (%s, %s, %s)",
            [(support, world.lead, "lead"), (support, world.agent, "member"), (field, world.outsider, "member")],
        )
        conn.execute("insert into user_skills values (%s, %s, 4)", [world.agent, skill])
    return world
