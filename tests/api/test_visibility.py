"""What is decided in memory about who sees what is what the SQL decides."""

from itertools import product

import psycopg

from api.actor import ANONYMOUS, SYSTEM, Actor, Role
from api.db import Database
from api.visibility import Holders, may_see_event, may_see_ticket, visible_events, visible_tickets
from tests.worlds import NOON

ORGANISATION = 1
ROLES: list[Role] = ["customer", "agent", "admin"]
TEAMS: list[tuple[int, ...]] = [(), (7,), (7, 8)]
ACTORS = [
    SYSTEM,
    ANONYMOUS,
    *(
        Actor(id=user_id, role=role, team_ids=teams, restrict_to_team=is_restricted, kind=kind)
        for user_id, role, teams, is_restricted, kind in product(
            (1, 2), ROLES, TEAMS, (False, True), ("user", "token", "workflow")
        )
    ),
    *(Actor(id=user_id, role="customer", organisation_id=ORGANISATION) for user_id in (1, 2, 3)),
]
MEMBERS = (2, 3)
TICKETS = [
    Holders(customer_id, team_id, agent_id, ORGANISATION if customer_id in MEMBERS else None)
    for customer_id, team_id, agent_id in product((1, 2, 3), (None, 7, 8, 9), (None, 1, 2, 3))
]


async def test_the_twin_sees_the_tickets_that_the_query_sees(db: Database, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        conn.execute("insert into organisations (name, created_at) values ('Acme', %s)", [NOON])
        conn.cursor().executemany(
            "insert into users (email, name, role, organisation_id, created_at, updated_at) values (%s, 'x', 'customer', %s, %s, %s)",
            [(f"{n}@example.com", ORGANISATION if n in MEMBERS else None, NOON, NOON) for n in (1, 2, 3)],
        )
    async with db.open_read(SYSTEM, NOON) as read:
        for actor in ACTORS:
            condition, params = visible_tickets(actor)
            seen = await read.values(
                f"""
                select n from unnest(%(customers)s::bigint[], %(teams)s::bigint[], %(agents)s::bigint[])
                                  with ordinality as t (customer_id, team_id, assigned_agent_id, n)
                where {condition} order by n
                """,
                params
                | {
                    "customers": [ticket.customer_id for ticket in TICKETS],
                    "teams": [ticket.team_id for ticket in TICKETS],
                    "agents": [ticket.assigned_agent_id for ticket in TICKETS],
                },
            )
            assert seen == [n for n, ticket in enumerate(TICKETS, 1) if may_see_ticket(actor, ticket)], actor


async def test_the_twin_sees_the_events_that_the_query_sees(db: Database) -> None:
    async with db.open_read(SYSTEM, NOON) as read:
        for actor, visibility in product(ACTORS, ("public", "internal")):
            seen = await read.value(
                f"select {visible_events(actor)} from (values (%(visibility)s)) e (visibility)",
                {"visibility": visibility},
            )
            assert seen == may_see_event(actor, is_public=visibility == "public"), actor
