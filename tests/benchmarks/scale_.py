"""What people do all day, at a million tickets and six million events against ten thousand and sixty thousand.

Both installations run at once, and each act is done on the one and on the other in turn, so that the machine's other work
falls on both. Figures are 95th percentiles in ms over HTTP, from one client. `TICKETS=100000` before the command makes
the large one smaller.
"""

import http.client
import json
import os
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import psycopg

from api.settings import Settings
from tests.benchmarks.cluster import cluster
from tests.benchmarks.figures import tell
from tests.benchmarks.search_ import fill
from tests.serving import served

LARGE = int(os.environ.get("TICKETS", "1000000"))
LITTLE = 10_000
ROUNDS = 200
CHUNK = 100_000
PASSWORD = "a walk by the river"
_EVENTS = """
insert into audit_logs (occurred_at, action, entity_type, entity_id, ticket_id, actor_kind, new_values, visibility)
select t.created_at + n * interval '1 hour', 'sla.at_risk', 'sla', t.id, t.id, 'system',
       jsonb_build_object('target', 'resolution', 'cycle', 1, 'due_at', t.created_at), 'internal'
from tickets t cross join generate_series(1, 6) n where t.id between %s and %s order by t.id, n
"""


class Installation:
    """One of the two: its tickets, and a person who works on them."""

    def __init__(self, settings: Settings, port: int, tickets: int) -> None:
        self.tickets = tickets
        self.random = Random(5)
        with psycopg.connect(settings.owner_url) as conn:
            self.texts = [row[0] for row in conn.execute("select subject || ' ' || description from tickets limit 500")]
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        body = {"email": "p1@example.com", "password": PASSWORD}
        self._headers = {"Authorization": f"Bearer {json.loads(self.ask('POST', '/api/auth/login', body))['token']}"}
        self._cookie = self._sign_in()

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """The answer's body, which says that it went well."""
        sent = None if body is None else json.dumps(body)
        return self._sent(method, path, sent, getattr(self, "_headers", {}) | {"Content-Type": "application/json"})[1]

    def page(self, path: str) -> bytes:
        return self._sent("GET", path, None, {"Cookie": self._cookie})[1]

    def any_ticket(self) -> int:
        return self.random.randrange(1, self.tickets + 1)

    def words(self) -> str:
        return " ".join(self.random.sample(self.random.choice(self.texts).split(), 3))

    def _sign_in(self) -> str:
        answer, body = self._sent("GET", "/sign-in", None, {})
        held = answer.headers.get_all("Set-Cookie") or []
        cookie = "; ".join(each.split(";")[0] for each in held)
        token = re.search(rb'name="csrf_token" value="([^"]*)"', body)
        assert token
        form = {"csrf_token": token[1].decode(), "email": "p1@example.com", "password": PASSWORD}
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        answer, _ = self._sent("POST", "/sign-in", urlencode(form), headers)
        return "; ".join([cookie, *(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie") or [])])

    def _sent(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[Any, bytes]:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        assert answer.status < 400, (method, path, answer.status, read[:500])
        return answer, read


Act = Callable[[Installation], object]


def acts() -> dict[str, Act]:
    """What is done, by name; each is given one of the installations."""
    comment = {"comment": "We have called the customer and looked at the line."}
    fresh = {"subject": "Router drops every night", "description": "Since Monday.", "customer_id": 60}
    moves: dict[int, str] = {}

    def move(at: Installation) -> object:
        if id(at) not in moves:
            made = json.loads(at.ask("POST", "/api/tickets", fresh | {"auto_assign": False}))
            moves[id(at)] = f"/api/tickets/{made['id']}/status"
            at.ask("PATCH", moves[id(at)], {"status": "in_progress"})
        at.ask("PATCH", moves[id(at)], {"status": "pending"})
        return at.ask("PATCH", moves[id(at)], {"status": "in_progress"})

    return {
        "list_first_page": lambda at: at.ask("GET", "/api/tickets?limit=50"),
        "list_deep_page": lambda at: at.ask("GET", "/api/tickets?limit=50&page=150"),
        "list_filtered": lambda at: at.ask("GET", "/api/tickets?limit=50&status=open&priority=high&team_id=3"),
        "view_of_the_queue": lambda at: at.ask("GET", "/api/tickets/views/all?limit=50"),
        "detail": lambda at: at.ask("GET", f"/api/tickets/{at.any_ticket()}"),
        "create": lambda at: at.ask("POST", "/api/tickets", fresh),
        "comment": lambda at: at.ask("POST", f"/api/tickets/{at.any_ticket()}/comments", comment),
        "status": move,
        "queue_page": lambda at: at.page("/tickets?view=all"),
        "search": lambda at: at.ask("GET", f"/api/search?q={quote(at.words())}"),
    }


def main() -> None:
    with ExitStack() as stack:
        sizes = (LARGE, LITTLE)
        installed = [stack.enter_context(cluster()) for _ in sizes]
        for settings, tickets in zip(installed, sizes, strict=True):
            start = time.perf_counter()
            prepare(settings, tickets)
            print(f"# {tickets} tickets and {6 * tickets} events in {time.perf_counter() - start:.0f} s", flush=True)
        ports = [stack.enter_context(served(settings)) for settings in installed]
        both = [Installation(*each) for each in zip(installed, ports, sizes, strict=True)]
        for name, act in acts().items():
            for at in both * 10:
                act(at)
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(ROUNDS):
                for at, known in zip(both, times, strict=True):
                    start = time.perf_counter()
                    act(at)
                    known.append((time.perf_counter() - start) * 1000)
            large, little = (sorted(known) for known in times)
            tell(f"scale_{name}", ours=large[int(ROUNDS * 0.95)], reference=little[int(ROUNDS * 0.95)], unit="ms",
                 median=round(large[ROUNDS // 2], 2), little_median=round(little[ROUNDS // 2], 2), tickets=LARGE)  # fmt: skip


def prepare(settings: Settings, tickets: int) -> None:
    """Tickets as for `search`, six events each, and somebody who may sign in."""
    from api.auth.passwords import hash_password
    from api.sample.defaults import ensure_defaults

    with psycopg.connect(settings.owner_url, autocommit=True) as conn:
        ensure_defaults(conn)
    fill(settings, tickets)
    with psycopg.connect(settings.owner_url, autocommit=True) as conn:
        conn.execute("set synchronous_commit = off")
        conn.execute("update users set password_hash = %s where email = 'p1@example.com'", [hash_password(PASSWORD)])
        conn.execute("select setval(pg_get_serial_sequence('tickets', 'id'), %s)", [tickets])
        conn.execute("select ensure_audit_partitions('2024-01-01', '2026-01-01')")
        for first in range(1, tickets + 1, CHUNK):
            conn.execute(_EVENTS.encode(), [first, first + CHUNK - 1])
        conn.execute("vacuum analyze audit_logs")
