"""Routing: the statement that chooses is the formula, and nobody is chosen from a stale load."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from api.db import sql
from api.routing.rules import Agent, candidates, failure, score

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

agents = st.lists(
    st.fixed_dictionaries(
        {
            "availability": st.sampled_from(["available", "available", "away", "offline"]),
            "is_active": st.sampled_from([True, True, True, False]),
            "role": st.sampled_from(["agent", "agent", "agent", "admin"]),
            "capacity": st.integers(0, 4),
            "in_team": st.booleans(),
            "proficiency": st.one_of(st.none(), st.integers(1, 5)),
            "load": st.lists(st.sampled_from(["critical", "low"]), max_size=4),
            "done": st.integers(0, 2),
            "assigned_hours_ago": st.one_of(st.none(), st.integers(1, 5)),
        }
    ),
    max_size=6,
)
tickets = st.lists(
    st.fixed_dictionaries(
        {
            "priority": st.sampled_from(["critical", "high", "medium", "low"]),
            "with_team": st.booleans(),
            "with_skill": st.booleans(),
            "minutes_ago": st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agents, tickets)
def test_the_statement_chooses_whom_the_formula_chooses(database_url: str, people: list, waiting: list) -> None:
    with psycopg.connect(database_url, row_factory=dict_row) as conn:
        made = Made(conn)
        known = [made.agent(person) for person in people]
        wanted = [made.ticket(ticket) for ticket in waiting]
        rows = conn.execute(
            sql("routing/route").encode(), {"ticket_ids": [ticket["id"] for ticket in wanted], "now": NOW}
        ).fetchall()
        found = {row["ticket_id"]: (row["agent_id"], row["candidate_count"], row["reason"]) for row in rows}
        scores = {
            row["ticket_id"]: [(c["agent_id"], c["score"], c["proficiency"]) for c in row["candidates"]] for row in rows
        }
        expected, ranked = plainly(known, wanted)
        assert found == expected
        assert scores == ranked
        conn.rollback()


def plainly(people: list[dict], waiting: list[dict]) -> tuple[dict, dict]:
    """The formula, one ticket after another, each on the load that the ones before it made."""
    ranks = ["critical", "high", "medium", "low"]
    expected: dict[int, tuple] = {}
    ranked: dict[int, list] = {}
    since = {person["id"]: person["last_assigned_at"] for person in people}
    load = {person["id"]: list(person["load"]) for person in people}
    order = sorted(waiting, key=lambda t: (ranks.index(t["priority"]), t["created_at"], t["id"]))
    for step, ticket in enumerate(order):
        seen = [
            Agent(
                id=person["id"],
                is_available=person["availability"] == "available",
                is_in_team=person["in_team"] or not ticket["with_team"],
                has_skill=person["proficiency"] is not None or not ticket["with_skill"],
                proficiency=(person["proficiency"] or 0) if ticket["with_skill"] else 0,
                capacity=person["capacity"],
                active_tickets=len(load[person["id"]]),
                critical_tickets=load[person["id"]].count("critical"),
                last_assigned_at=since[person["id"]],
            )
            for person in people
            if person["role"] == "agent" and person["is_active"]
        ]
        best = candidates(seen)
        chosen = best[0].id if best else None
        expected[ticket["id"]] = (chosen, len(best), failure(seen))
        ranked[ticket["id"]] = [
            (agent.id, score(agent.active_tickets, agent.critical_tickets, agent.proficiency), agent.proficiency)
            for agent in best[:10]
        ]
        if chosen is not None:
            load[chosen].append(ticket["priority"])
            since[chosen] = NOW + timedelta(seconds=step)
    return expected, ranked


class Made:
    """Rows of one example, in a transaction that is rolled back."""

    def __init__(self, conn: psycopg.Connection[dict]) -> None:
        self.conn, self.count = conn, 0
        self.team = self.one("insert into teams (name, created_at) values ('Property', %(now)s) returning id")
        self.skill = self.one("insert into skills (name, created_at) values ('Property', %(now)s) returning id")
        self.customer = self.user("customer", "offline", 20, True, None)

    def one(self, query: str, **params: object) -> int:
        row = self.conn.execute(query.encode(), params | {"now": NOW}).fetchone()
        assert row is not None
        return next(iter(row.values()))

    def user(self, role: str, availability: str, capacity: int, is_active: bool, last: datetime | None) -> int:
        self.count += 1
        return self.one(
            "insert into users (email, name, role, availability, capacity, is_active, last_assigned_at, created_at, updated_at) "
            "values (%(email)s, 'x', %(role)s, %(availability)s, %(capacity)s, %(is_active)s, %(last)s, %(now)s, %(now)s) returning id",
            email=f"property-{self.count}@example.com", role=role, availability=availability, capacity=capacity,
            is_active=is_active, last=last,
        )  # fmt: skip

    def agent(self, person: dict) -> dict:
        hours = person["assigned_hours_ago"]
        last = None if hours is None else NOW - timedelta(hours=hours)
        key = self.user(person["role"], person["availability"], person["capacity"], person["is_active"], last)
        if person["in_team"]:
            self.conn.execute("insert into team_members values (%s, %s)", [self.team, key])
        if person["proficiency"] is not None:
            self.conn.execute("insert into user_skills values (%s, %s, %s)", [key, self.skill, person["proficiency"]])
        for priority in person["load"]:
            self.insert(priority, "in_progress", key, None, None, NOW)
        for _ in range(person["done"]):
            self.insert("critical", "resolved", key, None, None, NOW)
        return person | {"id": key, "last_assigned_at": last}

    def ticket(self, ticket: dict) -> dict:
        created_at = NOW - timedelta(minutes=ticket["minutes_ago"])
        team = self.team if ticket["with_team"] else None
        skill = self.skill if ticket["with_skill"] else None
        key = self.insert(ticket["priority"], "open", None, team, skill, created_at)
        return ticket | {"id": key, "created_at": created_at}

    def insert(
        self, priority: str, status: str, agent: int | None, team: int | None, skill: int | None, at: datetime
    ) -> int:
        self.count += 1
        return self.one(
            "insert into tickets (number, subject, description, status, priority, source, customer_id, assigned_agent_id, team_id, "
            "skill_id, salt, created_at, updated_at, status_changed_at) values (%(number)s, 's', 'd', %(status)s, %(priority)s, 'web', "
            "%(customer)s, %(agent)s, %(team)s, %(skill)s, '', %(at)s, %(at)s, %(at)s) returning id",
            number=f"P-{self.count}", status=status, priority=priority, customer=self.customer, agent=agent, team=team,
            skill=skill, at=at,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("active", "critical", "proficiency", "expected"), [(0, 0, 0, 0), (3, 1, 2, -5), (10, 0, 5, -15), (4, 4, 1, 7)]
)
def test_a_score_is_load_and_criticals_less_skill(active: int, critical: int, proficiency: int, expected: int) -> None:
    assert score(active, critical, proficiency) == expected
