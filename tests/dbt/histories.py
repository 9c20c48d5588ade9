"""Histories of tickets as the log would hold them, made at random from a seed: rows of `raw.events`."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

ADMIN, LEAD, AGENTS, CUSTOMERS = 1, 2, tuple(range(2, 12)), 100
TEAMS, SKILLS, CATEGORIES, CAUSES = (1, 2, 3), (1, 2), (1, 2, 3), (1, 2)
START = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
"""Some days before the clocks change in Berlin."""

_TARGETS = {
    "critical": {"first_response": 3600, "resolution": 14400, "escalation": 7200},
    "high": {"first_response": 14400, "resolution": 86400, "next_response": 14400},
    "medium": {"first_response": 28800, "resolution": 259200},
    "low": {"first_response": 86400, "resolution": 604800},
}
PRIORITIES = tuple(_TARGETS)


class Row(NamedTuple):
    """An event of the log without id, tx and batch."""

    at: datetime
    action: str
    entity_id: int | None
    ticket_id: int | None
    actor_id: int | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class _Ticket:
    """One ticket that lives through random moves, as the product allows them."""

    def __init__(self, rng: random.Random, ticket_id: int, at: datetime) -> None:
        self.rng, self.id, self.at = rng, ticket_id, at
        self.customer = CUSTOMERS + rng.randrange(200)
        self.state: dict[str, Any] = {
            "number": f"RD-{ticket_id:08d}",
            "status": "open",
            "priority": rng.choices(PRIORITIES, (1, 2, 5, 2))[0],
            "source": rng.choice(("web", "api", "email")),
            "customer_id": self.customer,
            "assigned_agent_id": None,
            "team_id": rng.choice((*TEAMS, None)),
            "category_id": rng.choice((*CATEGORIES, None)),
            "skill_id": rng.choice((*SKILLS, None)),
            "tags": [],
            "custom_attributes": rng.choice(({}, {"made_sla": True}, {"made_sla": False})),
            "escalation_level": 0,
            "reopen_count": 0,
            "resolved_at": None,
            "closed_at": None,
            "outcome": None,
            "root_cause_id": None,
            "remedy": None,
            "remedy_amount": None,
            "remedy_currency": None,
        }
        self.entries: list[int] = []
        self.rows: list[Row] = []

    def live(self, moves: int) -> list[Row]:
        self._add("ticket.created", self.customer, None, dict(self.state))
        self._apply_policy()
        if self.rng.random() < 0.7:  # routed in the same transaction
            agent = self.rng.choice(AGENTS)
            self._change("ticket.assigned", None, assigned_agent_id=agent, status="assigned", details={"how": "routed"})
        for _ in range(moves):
            self.at += timedelta(seconds=int(self.rng.expovariate(1 / 40000)))
            self._move()
        return self.rows

    def _move(self) -> None:
        agent = self.state["assigned_agent_id"] or self.rng.choice(AGENTS)
        done = self.state["status"] in ("resolved", "closed")
        kind = self.rng.random()
        if kind < 0.08:
            self._log_time(agent)
        elif done and kind < 0.3:
            self._reopen()
        elif done and kind < 0.5:
            self._rate()
        elif done:
            self._comment(self.customer, is_by_staff=False)
        elif kind < 0.25:
            self._comment(agent, is_by_staff=True, is_internal=self.rng.random() < 0.3)
        elif kind < 0.40:
            self._comment(self.customer, is_by_staff=False)
        elif kind < 0.52:
            new = self.rng.choice(AGENTS)
            status = "assigned" if self.state["status"] == "open" else self.state["status"]
            self._change("ticket.assigned", ADMIN, assigned_agent_id=new, status=status, details={"how": "requested"})
        elif kind < 0.70:
            self._status(agent, self.rng.choice(("in_progress", "pending")))
        elif kind < 0.75:
            self._change("ticket.priority_changed", agent, priority=self.rng.choice(PRIORITIES))
            self._apply_policy()
        elif kind < 0.79:
            self._change("ticket.updated", agent, team_id=self.rng.choice(TEAMS), skill_id=self.rng.choice(SKILLS))
        elif kind < 0.82:
            level = self.state["escalation_level"] + 1
            details = {"how": "overdue", "target": "escalation"}
            self._change("ticket.escalated", None, escalation_level=level, status="escalated", details=details)
        elif kind < 0.85 and self.state["status"] == "assigned":
            self._change(
                "ticket.assigned", agent, assigned_agent_id=None, status="open", details={"how": "handed_back"}
            )
        else:
            self._finish(agent)

    def _finish(self, agent: int) -> None:
        if self.rng.random() < 0.6:
            self._comment(agent, is_by_staff=True)
        at = self.at.isoformat()
        if self.rng.random() < 0.7:
            self._status(agent, "resolved", resolved_at=at)
        else:
            self._status(agent, "closed", resolved_at=at, closed_at=at)

        if self.rng.random() < 0.5:
            remedy = {
                "remedy": "refund",
                "remedy_amount": self.rng.choice(("12.50", "80.00")),
                "remedy_currency": "EUR",
            }
            self._change("ticket.updated", agent, outcome="upheld", root_cause_id=self.rng.choice(CAUSES), **remedy)

    def _rate(self) -> None:
        score = {"score": self.rng.randrange(1, 6)}
        self.rows.append(Row(self.at, "csat.rated", self.id, self.id, self.customer, None, score))

    def _log_time(self, agent: int) -> None:
        """An entry is written down, or the last one corrected or taken back."""
        kind, entry = self.rng.random(), self.entries[-1] if self.entries else None
        if entry is None or kind < 0.6:
            entry = self.id * 100 + len(self.entries)
            self.entries.append(entry)
            new = {"agent_id": agent, "duration_seconds": self.rng.randrange(60, 7200), "is_billable": kind < 0.3}
            self.rows.append(Row(self.at, "time_entry.added", entry, self.id, agent, None, new))
        elif kind < 0.85:
            self.rows.append(Row(self.at, "time_entry.updated", entry, self.id, agent, {}, {"duration_seconds": 60}))
        else:
            self.entries.pop()
            self.rows.append(Row(self.at, "time_entry.removed", entry, self.id, agent, {"duration_seconds": 60}, None))

    def _reopen(self) -> None:
        count = self.state["reopen_count"] + 1
        self._status(self.customer, "in_progress", resolved_at=None, closed_at=None, reopen_count=count)

    def _status(self, actor: int, status: str, **also: Any) -> None:
        self._change("ticket.status_changed", actor, status=status, details={"reason": "requested"}, **also)

    def _change(self, action: str, actor: int | None, details: dict[str, Any] | None = None, **fields: Any) -> None:
        new = {name: value for name, value in fields.items() if self.state[name] != value}
        if new:
            old = {name: self.state[name] for name in new}
            self.state.update(new)
            self._add(action, actor, old, new | ({"details": details} if details else {}))

    def _comment(self, author: int, *, is_by_staff: bool, is_internal: bool = False) -> None:
        new = {"is_internal": is_internal, "is_by_staff": is_by_staff, "author_id": author, "body_sha256": "0"}
        self._add("comment.added", author, None, new)

    def _apply_policy(self) -> None:
        version = PRIORITIES.index(self.state["priority"]) + 1
        new = {
            "policy_id": version,
            "policy_version_id": version,
            "calendar_version_id": None,
            "targets": {},
            "pauses_on": {},
        }
        self._add("sla.applied", None, None, new)

    def _add(self, action: str, actor: int | None, old: dict[str, Any] | None, new: dict[str, Any]) -> None:
        self.rows.append(Row(self.at, action, self.id, self.id, actor, old, new))


def tickets(rng: random.Random, count: int, days: float, *, first_id: int = 1) -> Iterator[list[Row]]:
    """The rows of each of `count` tickets created evenly over `days`; a ticket's rows are in the order of its life."""
    for number in range(count):
        at = START + timedelta(seconds=int((number + rng.random()) * days * 86400 / count))
        yield _Ticket(rng, first_id + number, at).live(rng.randrange(1, 9))


def directory() -> list[Row]:
    """The people and teams the tickets speak of, as the log tells it."""
    at, rows = START - timedelta(days=30), list[Row]()
    rows += [Row(at, "team.created", t, None, ADMIN, None, {"name": f"Team {t}", "is_active": True}) for t in TEAMS]
    for agent in (ADMIN, *AGENTS):
        new = {"role": "admin" if agent == ADMIN else "agent", "is_active": True, "capacity": 20}
        rows.append(Row(at, "user.created", agent, None, ADMIN, None, new))
        joined = {"user_id": agent, "role": "lead" if agent == LEAD else "member"}
        rows.append(Row(at, "team.member_added", TEAMS[agent % 3], None, ADMIN, None, joined))
    left = {"user_id": AGENTS[-1], "role": "member"}
    rows.append(Row(START + timedelta(days=2), "team.member_removed", TEAMS[AGENTS[-1] % 3], None, ADMIN, left, None))
    return rows


def write_present(conn: psycopg.Connection[Any], time_zone: str) -> None:
    """The raw tables that hold the present, beside the events."""
    at = START - timedelta(days=30)
    run = conn.cursor().executemany
    run(
        "insert into raw.users values (%s, %s, %s, true, 'available', 20, %s)",
        [(a, f"Agent {a}", "admin" if a == ADMIN else "agent", at) for a in (ADMIN, *AGENTS)],
    )
    run(
        "insert into raw.users values (%s, null, 'customer', true, 'offline', 20, %s, 1)",
        [(customer, at) for customer in range(CUSTOMERS, CUSTOMERS + 50)],
    )
    run("insert into raw.teams values (%s, %s, true, %s)", [(t, f"Team {t}", at) for t in TEAMS])
    run("insert into raw.skills values (%s, %s)", [(s, f"Skill {s}") for s in SKILLS])
    run(
        "insert into raw.categories values (%s, %s, %s)",
        [(c, f"Category {c}", 1 if c > 1 else None) for c in CATEGORIES],
    )
    run(
        "insert into raw.root_causes values (%s, %s, %s, true)",
        [(c, f"Cause {c}", 1 if c > 1 else None) for c in CAUSES],
    )
    conn.execute("insert into raw.organisations values (1, 'Acme', true)")
    hours = json.dumps({"monday": [{"start": "09:00", "end": "17:00"}]})
    conn.execute("insert into raw.calendars values (1, 1, 'Office', 1, %s, 'UTC', %s, '[]')", [at, hours])
    run(
        "insert into raw.sla_policies values (%s, %s, %s, 1, %s, '{}', %s, %s, null)",
        [
            (n, n, f"Policy {name}", at, json.dumps(targets), json.dumps({"resolution": ["pending"]}))
            for n, (name, targets) in enumerate(_TARGETS.items(), 1)
        ],
    )
    conn.execute("insert into raw.installation values (%s, 0.2, 1209600, 604800, 'en', 'Redress')", [time_zone])


def write_batch(conn: psycopg.Connection[Any], batch: int, rows: Sequence[tuple[int, Row]]) -> None:
    """The rows, under their ids, as one batch of ingest."""
    with conn.transaction(), conn.cursor() as cursor:
        cursor.execute(
            "insert into raw.batches (started_at, from_tx, from_id, to_tx, to_id, row_count) values (%s, 0, 0, 0, 0, %s)",
            [START, len(rows)],
        )
        with cursor.copy("copy raw.events from stdin") as copy:
            for event_id, row in rows:
                who = ("system" if row.actor_id is None else "user", *map(_json, (row.old, row.new)))
                what = (row.at, row.action, row.action.split(".")[0], row.entity_id, row.ticket_id, row.actor_id)
                copy.write_row((event_id, event_id, *what, *who, "public", batch, START))


def _json(values: dict[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values)
