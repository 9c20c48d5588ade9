"""Search at a million tickets: 95th percentiles of what people ask, next to one read of a ticket by its key.

Words follow Zipf's law as Mandelbrot bent it (20,000 words, rank + 20), so that the commonest stand in some 400,000; a tenth of them have
internal notes. `python -m tests.benchmarks search` makes TICKETS of them, `TICKETS=100000` before it others.
"""

import os

import psycopg

from api.settings import Settings

TICKETS = int(os.environ.get("TICKETS", "1000000"))
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


def fill(settings: Settings) -> None:
    """People, teams, words and TICKETS tickets with their comments and documents; every text stands TICKETS / SEEDS times."""
    from api.db import sql

    params = {"agents": AGENTS, "customers": CUSTOMERS, "teams": TEAMS, "newest": TICKETS, "active": TICKETS // 50}
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
        for first in range(1, TICKETS + 1, SEEDS):
            span = {"first": first, "last": min(first + SEEDS - 1, TICKETS), "offset": first - 1}
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
