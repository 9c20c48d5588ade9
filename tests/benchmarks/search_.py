"""Search at a million tickets: 95th percentiles of what people ask, next to reading one ticket by its key.

Words follow Zipf's law as Mandelbrot bent it (20,000 words, rank + 20), so that the commonest stand in four of ten
tickets; one customer has 37,000 of the tickets, most have one. Searches are for three words of one ticket, so that there
is something to find; the worst are for the three commonest. The plan of every statement is looked at: none may read a
large table from end to end. `python -m tests.benchmarks search` makes TICKETS tickets, `TICKETS=100000` before it others.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import psycopg
from psycopg import AsyncCursor

from api.actor import Actor
from api.db import Database, Read
from api.settings import Settings
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell

TICKETS = int(os.environ.get("TICKETS", "1000000"))
ASKED = 200
LARGE = ("tickets", "ticket_documents", "comments", "users", "sla_clocks")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SEEDS = 50_000
AGENTS, CUSTOMERS, TEAMS = 50, 50_000, 8

_WORDS = """
create unlogged table words as
select n, lower(
    (array['re','in','un','ver','be','pre','dis','auf','an','ent'])[1 + n % 10]
    || (array['druck','bill','rout','net','pay','liefer','call','rechn','port','mail','kund','serv','lin','term','pack'])[1 + (n / 10) % 15]
    || (array['er','ung','ing','ed','e','en','al','s','or','ion'])[1 + (n / 150) % 10]
    || case when n >= 1500 then chr(97 + (n / 1500) % 26) || chr(97 + (n / 39000) % 26) else '' end) as word
from generate_series(0, 19999) n
"""
_PEOPLE = """
insert into users (email, name, role, availability, created_at, updated_at)
select 'p' || n || '@example.com', 'Person ' || n, case when n <= %(agents)s then 'agent' else 'customer' end, 'offline',
       now(), now()
from generate_series(1, %(agents)s + %(customers)s) n
"""
_TEAMS = "insert into teams (name, created_at) select 'Team ' || n, now() from generate_series(1, %(teams)s) n"
_CATEGORIES = "insert into categories (name, created_at) select 'Category ' || n, now() from generate_series(1, 20) n"
_SPEAK = """
create function speak(length integer, seed bigint) returns text language sql volatile as $$
    select string_agg(w.word, ' ')
    from (select (20 * power(1000.0, random()) - 20)::integer as n from generate_series(1, length) where seed is not null) r
    join words w on w.n = r.n
$$
"""
_TICKETS = r"""
insert into tickets (id, number, subject, description, status, priority, source, customer_id, assigned_agent_id, team_id,
                     category_id, tags, salt, created_at, updated_at, status_changed_at, first_breached_at)
overriding system value
select n, regexp_replace(upper(lpad(to_hex(n * 2654435761 %% 4294967296), 8, '0')), '(....)(....)', 'RD-\1-\2'),
       coalesce(seed.subject, speak(6, n), 'x'), coalesce(seed.description, speak(45, n), 'x'),
       case when n > %(newest)s - %(active)s then (array['open','assigned','in_progress','pending','escalated'])[1 + n %% 5]
            else (array['closed','closed','closed','resolved'])[1 + n %% 4] end,
       (array['critical','high','high','medium','medium','medium','medium','low','low','low'])[1 + (n * 7) %% 10],
       'import', %(agents)s + 1 + (power(%(customers)s, random()) - 1)::integer %% %(customers)s,
       case when n %% 10 > 0 then 1 + n %% %(agents)s end, 1 + n %% %(teams)s, 1 + (n * 3) %% 20,
       case when n %% 20 = 0 then array['vip'] else '{}' end, '',
       timestamptz '2024-01-01' + n * interval '1 minute', timestamptz '2024-01-01' + n * interval '1 minute',
       timestamptz '2024-01-01' + n * interval '1 minute',
       case when n %% 8 = 0 then timestamptz '2024-01-02' + n * interval '1 minute' end
from generate_series(%(first)s::bigint, %(last)s::bigint) n left join tickets seed on seed.id = n - %(offset)s and %(offset)s > 0
"""
_COMMENTS = """
insert into comments (ticket_id, author_id, body, body_html, is_internal, is_by_staff, salt, created_at)
select t.id, 1, coalesce(seed.body, speak(25, t.id * 10 + c), 'x'), '', c = 3, c <> 1, '', t.created_at + c * interval '1 hour'
from tickets t cross join generate_series(1, 3) c
left join comments seed on %(offset)s > 0 and seed.ticket_id = t.id - %(offset)s and seed.is_internal = (c = 3) and seed.is_by_staff = (c <> 1)
where t.id between %(first)s and %(last)s and (c = 1 or t.id %% 5 = c)
"""
_COPIES = """
insert into ticket_documents (ticket_id, title, document)
select t.id, t.number || ' ' || t.subject, seed.document
from tickets t join ticket_documents seed on seed.ticket_id = t.id - %(offset)s
where t.id between %(first)s and %(last)s
"""


def fill(settings: Settings, count: int = TICKETS) -> None:
    """People, teams, words and `count` tickets with their comments and documents; every text stands count / SEEDS times."""
    from api.db import sql

    params = {"agents": AGENTS, "customers": CUSTOMERS, "teams": TEAMS, "newest": count, "active": count // 50}
    with psycopg.connect(settings.owner_url, autocommit=True) as conn:
        conn.execute("set synchronous_commit = off")
        conn.execute("set maintenance_work_mem = '512MB'")
        for statement in (_WORDS, "create unique index on words (n)", "analyze words", _SPEAK):
            conn.execute(statement.encode())
        for statement in (_PEOPLE, _TEAMS, _CATEGORIES):
            conn.execute(statement.encode(), params)
        indexes = conn.execute(
            "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index "
            "where indrelid = 'ticket_documents'::regclass and not indisprimary"
        ).fetchall()
        for name, _ in indexes:
            conn.execute(f"drop index {name}".encode())
        for first in range(1, count + 1, SEEDS):
            span = {"first": first, "last": min(first + SEEDS - 1, count), "offset": first - 1}
            conn.execute(_TICKETS.encode(), params | span)
            conn.execute(_COMMENTS.encode(), span)
            if first == 1:
                conn.execute(sql("search/index").encode(), {"ticket_ids": list(range(1, span["last"] + 1))})
                conn.execute("analyze tickets, comments, ticket_documents")
            else:
                conn.execute(_COPIES.encode(), span)
        for _, definition in indexes:
            conn.execute(definition.encode())
        for table in ("users", "tickets", "comments", "ticket_documents"):
            conn.execute(f"vacuum analyze {table}".encode())


def main() -> None:
    with cluster() as settings:
        start = time.perf_counter()
        fill(settings)
        print(f"# {TICKETS} tickets in {time.perf_counter() - start:.0f} s", flush=True)
        asyncio.run(measure(settings))


async def measure(settings: Settings) -> None:
    """Every question ASKED times, in the database and over one connection; then the plans of its statements."""
    questions = prepare(settings)
    db = Database(settings.database_url, 1, "60s")
    await db.open()
    try:
        for name, (actor, ask) in questions.items():
            async with db.open_read(actor, NOW) as read:
                ours, reference = await timed(read, ask)
            scans = await scanned(db, actor, ask)
            tell(f"search_{name}", ours=ours[int(ASKED * 0.95)], reference=reference[int(ASKED * 0.95)], unit="ms",
                 median=round(ours[ASKED // 2], 2), worst=round(ours[-1], 2), tickets=TICKETS)  # fmt: skip
            assert not scans, f"{name} reads from end to end: {scans}"
    finally:
        await db.close()


Question = Callable[[Read, int], Awaitable[object]]


def prepare(settings: Settings) -> dict[str, tuple[Actor, Question]]:
    """What is asked, by whom: name → (actor, question number n)."""
    from api.search.queries.filters import resolve
    from api.search.queries.find import as_advanced, search
    from api.search.queries.similar import list_similar
    from api.search.queries.suggest import did_you_mean, list_suggestions
    from api.search.rules import parse

    random = Random(1)
    with psycopg.connect(settings.owner_url) as conn:
        ids = [random.randrange(1, TICKETS + 1) for _ in range(ASKED)]
        rows = conn.execute(
            "select t.subject || ' ' || t.description, t.customer_id from tickets t join unnest(%s::bigint[]) i on t.id = i",
            [ids],
        ).fetchall()
        words = [row[0] for row in conn.execute("select word from words order by n limit 200").fetchall()]
        biggest = conn.execute("select customer_id from tickets group by 1 order by count(*) desc limit 1").fetchone()
    assert biggest is not None
    threes = [" ".join(random.sample(row[0].split(), 3)) for row in rows]
    agent = Actor(id=1, role="agent", team_ids=(1,))
    held = Actor(id=1, role="agent", team_ids=(1,), restrict_to_team=True)
    customer = Actor(id=rows[0][1], role="customer")

    def searching(q: Callable[[int], str]) -> Question:
        async def ask(read: Read, n: int) -> object:
            query = parse(q(n), is_staff=read.actor.is_staff)
            return await search(
                read, as_advanced(await resolve(read, query), sort=query.sort, page=1, limit=20, cursor=None)
            )

        return ask

    filters = (
        "status:open",
        "status:closed priority:critical",
        "team:1",
        "is:breached category:3",
        "assignee:7",
        "tag:vip",
    )
    return {
        "three_words_agent": (agent, searching(lambda n: threes[n])),
        "three_words_agent_of_a_team": (held, searching(lambda n: threes[n])),
        "three_words_customer": (customer, searching(lambda n: threes[n])),
        "three_words_greatest_customer": (Actor(id=biggest[0], role="customer"), searching(lambda n: threes[n])),
        "one_word": (agent, searching(lambda n: words[n % 200])),
        "three_commonest_words": (agent, searching(lambda n: " ".join(words[:3]))),
        "phrase": (agent, searching(lambda n: f'"{" ".join(rows[n % len(rows)][0].split()[:2])}"')),
        "word_and_filters": (agent, searching(lambda n: f"{words[n % 200]} {filters[n % len(filters)]}")),
        "facets_of_filters": (agent, searching(lambda n: filters[n % len(filters)])),
        "suggestion": (agent, lambda read, n: list_suggestions(read, words[n % 200][: 3 + n % 4])),
        "suggestion_customer": (customer, lambda read, n: list_suggestions(read, words[n % 200][: 3 + n % 4])),
        "suggestion_of_nothing": (agent, lambda read, n: list_suggestions(read, f"xqz{n}")),
        "spelling": (agent, lambda read, n: did_you_mean(read, parse(words[n % 200][:-2] + "zz"))),
        "similar": (agent, lambda read, n: list_similar(read, ids[n])),
    }


async def timed(read: Read, ask: Question) -> tuple[list[float], list[float]]:
    """Milliseconds of each question, and of reading one ticket by its key, both sorted."""
    ours: list[float] = []
    reference: list[float] = []
    for n in range(ASKED):
        start = time.perf_counter()
        await ask(read, n)
        middle = time.perf_counter()
        await read.value("select subject from tickets where id = %s", [n + 1])
        ours.append((middle - start) * 1000)
        reference.append((time.perf_counter() - middle) * 1000)
    return sorted(ours), sorted(reference)


async def scanned(db: Database, actor: Actor, ask: Question) -> set[str]:
    """Large tables that a statement of the first questions reads from end to end."""
    statements: list[tuple[Any, Any]] = []

    class Recording(AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **kw: Any) -> Any:
            statements.append((query, params))
            return await super().execute(query, params, **kw)

    async with db.open_read(actor, NOW) as read:
        read.conn.cursor_factory = Recording
        for n in range(6):
            await ask(read, n)
        read.conn.cursor_factory = AsyncCursor
        plans = [
            await read.value(f"explain (format json) {query.decode()}", params)
            for query, params in statements
            if not query.decode().strip().startswith("explain")
        ]
    return {name for plan in plans for name in _scans(plan[0]["Plan"]) if name in LARGE}


def _scans(plan: dict[str, Any]) -> list[str]:
    own = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" else []
    return own + [name for part in plan.get("Plans", []) for name in _scans(part)]
