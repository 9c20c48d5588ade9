"""Every combination of words and filters finds what a plain loop over all tickets finds, whichever way it goes."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import psycopg
import pytest

from api.db import Database, sql
from api.search.queries import find
from api.search.queries.find import search
from api.search.rules import Sort
from api.search.wire import AdvancedSearch, SearchPage
from tests.worlds import NOON, World

TICKETS = 120
SEARCHES = 60
WORDS = ("amber", "birch", "cedar", "dahlia")
STATUSES = ("open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed")


class Seen(msgspec.Struct):
    """A ticket as this test wrote it."""

    id: int
    values: dict[str, Any]
    public: set[str]
    internal: set[str]


@pytest.fixture
def tickets(world: World, owner_url: str) -> list[Seen]:
    """Tickets of all kinds, with words in their subject, description, comments and notes."""
    random = Random(7)
    seen: list[Seen] = []
    with psycopg.connect(owner_url) as conn:
        for n in range(TICKETS):
            where = [random.sample(WORDS, random.choice((0, 0, 1, 2))) for _ in range(4)]
            created = NOON - timedelta(hours=random.randrange(1, 400))
            done = (status := random.choice(STATUSES)) in ("resolved", "closed")
            values = {
                "number": f"RD-{n:04}-0000",
                "subject": " ".join(["ticket", *where[0]]),
                "description": " ".join(["text", *where[1]]),
                "status": status,
                "priority": random.choice(("critical", "high", "medium", "low")),
                "source": "web",
                "customer_id": random.choice((world.customer, world.other_customer)),
                "assigned_agent_id": random.choice((world.agent, world.lead, None)),
                "team_id": random.choice((world.team, world.other_team, None)),
                "category_id": random.choice((world.category, None)),
                "tags": random.sample(["vip", "legal"], random.randrange(3)),
                "salt": b"",
                "created_at": created,
                "updated_at": created + timedelta(hours=1),
                "status_changed_at": created,
                "next_due_at": None
                if done
                else random.choice((None, NOON - timedelta(hours=1), NOON + timedelta(hours=1))),
                "first_breached_at": random.choice((None, None, created)),
            }
            row = conn.execute(
                f"insert into tickets ({', '.join(values)}) values ({', '.join(['%s'] * len(values))}) returning id".encode(),
                list(values.values()),
            ).fetchone()
            assert row is not None
            conn.cursor().executemany(
                "insert into comments (ticket_id, body, body_html, is_internal, is_by_staff, salt, created_at) "
                "values (%s, %s, '', %s, true, '', %s)",
                [
                    (row[0], "said " + " ".join(where[2]), False, created),
                    (row[0], "noted " + " ".join(where[3]), True, created),
                ],
            )
            seen.append(Seen(row[0], values, {*where[0], *where[1], *where[2]}, set(where[3])))
        conn.execute(sql("search/index").encode(), {"ticket_ids": [ticket.id for ticket in seen]})
    return seen


@pytest.mark.parametrize("who", ["admin", "outsider", "customer"])
@pytest.mark.parametrize("way", ["index", "key", "filters"])
async def test_every_combination_finds_what_a_plain_loop_finds(
    db: Database, world: World, tickets: list[Seen], who: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "FEW", 10**9 if way == "filters" else -1)
    monkeypatch.setattr(find, "COMMON", 0 if way == "key" else 2)
    random = Random(who)
    actor = msgspec.structs.replace(world.actor(who), restrict_to_team=True)
    async with db.open_read(actor, NOON) as read:
        for _ in range(SEARCHES):
            wanted = random_search(random, world, is_staff=actor.is_staff)
            page = await search(read, wanted)
            expected = [
                ticket
                for ticket in tickets
                if is_visible(world, who, ticket) and matches(wanted, ticket, actor.is_staff)
            ]
            assert sorted(hit.id for hit in page.tickets) == sorted(ticket.id for ticket in expected), wanted
            assert page.pagination.total == len(expected) and page.is_exact
            assert counted(page) == {
                facet: Counter(ticket.values[column] for ticket in expected) for facet, column in FACETS.items()
            }
            if wanted.sort != "relevance":
                times = [ordered(wanted.sort, hit) for hit in page.tickets]
                assert times == sorted(times)


FACETS = {
    "status": "status",
    "priority": "priority",
    "team": "team_id",
    "category": "category_id",
    "assignee": "assigned_agent_id",
}


def counted(page: SearchPage) -> dict[str, Counter[Any]]:
    return {facet: Counter({item.value: item.count for item in getattr(page.facets, facet)}) for facet in FACETS}


def ordered(sort: Sort, hit: Any) -> float:
    at: datetime = hit.updated_at if sort == "updated" else hit.created_at
    return at.timestamp() if sort == "oldest" else -at.timestamp()


def random_search(random: Random, world: World, *, is_staff: bool) -> AdvancedSearch:
    """A search with some of all filters."""
    some: Callable[[Any, Any], Any] = lambda value, otherwise: value if random.random() < 0.25 else otherwise  # noqa: E731
    words = [random.choice(["", "-"]) + word for word in random.sample(WORDS, random.choice((0, 1, 1, 2)))]
    return AdvancedSearch(
        text=" ".join(words),
        status=some(random.sample(STATUSES, 3), []),
        priority=some(["high", "low"], []),
        assigned_agent_id=some([world.agent], []),
        is_unassigned=some(random.choice((True, False)), None),
        team_id=some([world.team], []),
        customer_id=some([world.customer], []) if is_staff else [],
        category_id=some([world.category], []),
        tags=some(random.choice((["vip"], ["vip", "legal"])), []) if is_staff else [],
        created_from=some(NOON - timedelta(hours=200), None),
        created_to=some(NOON - timedelta(hours=100), None),
        updated_from=some(NOON - timedelta(hours=300), None),
        is_active=some(random.choice((True, False)), None),
        is_breached=some(random.choice((True, False)), None),
        sort=random.choice(("relevance", "newest", "oldest", "updated")),
        limit=100,
    )


def is_visible(world: World, who: str, ticket: Seen) -> bool:
    of = ticket.values
    if who == "customer":
        return of["customer_id"] == world.customer
    return (
        who == "admin"
        or of["team_id"] == world.other_team
        or (of["team_id"] is None and of["assigned_agent_id"] is None)
    )


def matches(wanted: AdvancedSearch, ticket: Seen, is_staff: bool) -> bool:
    """The same rules, one ticket at a time."""
    of = ticket.values
    there = ticket.public | (ticket.internal if is_staff else set())
    is_active = of["status"] not in ("resolved", "closed")
    is_breached = of["first_breached_at"] is not None or (
        is_active and of["next_due_at"] is not None and of["next_due_at"] < NOON
    )
    assigned = of["assigned_agent_id"]
    if wanted.assigned_agent_id:
        fits = assigned in wanted.assigned_agent_id or (wanted.is_unassigned is True and assigned is None)
    else:
        fits = wanted.is_unassigned is None or wanted.is_unassigned == (assigned is None)
    return (
        fits
        and all((word.lstrip("-") in there) != word.startswith("-") for word in wanted.text.split())
        and all(
            not values or of[column] in values
            for column, values in (
                ("status", wanted.status),
                ("priority", wanted.priority),
                ("team_id", wanted.team_id),
                ("customer_id", wanted.customer_id),
                ("category_id", wanted.category_id),
            )
        )
        and set(wanted.tags) <= set(of["tags"])
        and (wanted.created_from is None or of["created_at"] >= wanted.created_from)
        and (wanted.created_to is None or of["created_at"] < wanted.created_to)
        and (wanted.updated_from is None or of["updated_at"] >= wanted.updated_from)
        and wanted.is_active in (None, is_active)
        and wanted.is_breached in (None, is_breached)
    )
