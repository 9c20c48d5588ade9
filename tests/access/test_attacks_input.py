"""What no input does, row by row: none is SQL, none is too large to refuse in time, none chooses what is staff's."""

from typing import Any

import httpx
import psycopg
import pytest

from api.pages import COUNT_CAP, MAX_LIMIT
from api.settings import Settings
from tests.worlds import World

COMPLAINT = {"subject": "Router", "description": "Drops"}
SQL = ("1' or '1'='1", "x; drop table users; --", "created_at desc; select pg_sleep(9)", '"id"', "(select 1)")


@pytest.fixture
async def customer(sign_in: Any) -> dict[str, str]:
    return await sign_in("customer")


async def test_sql_in_a_parameter_a_sort_or_a_filter_is_a_word_like_others(
    client: httpx.AsyncClient, sign_in: Any, owner_url: str
) -> None:
    agent = await sign_in("agent")
    for text in SQL:
        for name in ("sort", "status", "priority", "customer_id"):
            refused = await client.get("/api/tickets", params={name: text}, headers=agent)
            assert refused.status_code in (400, 422), (name, text, refused.text[:200])
        for path, name in (("/api/search", "q"), ("/api/users", "q"), ("/api/tickets", "q")):
            answer = await client.get(path, params={name: text}, headers=agent)
            assert answer.status_code < 500, (path, text)
    with psycopg.connect(owner_url) as conn:
        assert conn.execute("select count(*) > 0 from users").fetchone() == (True,)


BODIES: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "more than a megabyte": (b'{"subject": "' + b"x" * 1_100_000 + b'"}', (413,)),
    "nested a thousand deep": (b'{"custom_attributes": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", (400, 422)),
    "NUL": (rb'{"subject": "a\u0000b", "description": "x"}', (400, 422)),
    "no UTF-8": (b'{"subject": "\xff\xfe", "description": "x"}', (400,)),
    "half a surrogate pair": (rb'{"subject": "\ud800", "description": "x"}', (400, 422)),
    "an unknown field": (b'{"subject": "x", "description": "x", "is_admin": true}', (400, 422)),
    "a wrong type": (b'{"subject": 7, "description": "x"}', (400, 422)),
    "a huge number": (b'{"subject": "x", "description": "x", "category_id": 1e400}', (400, 422)),
    "a number past 64 bits": (b'{"subject": "x", "description": "x", "category_id": 99999999999999999999}', (400, 422)),
    "no JSON": (b"{", (400,)),
}


async def test_a_body_that_cannot_be_meant_is_refused(client: httpx.AsyncClient, customer: dict[str, str]) -> None:
    wrong: list[str] = []
    for name, (body, codes) in BODIES.items():
        headers = customer | {"Content-Type": "application/json"}
        answer = await client.post("/api/tickets", content=body, headers=headers)
        if answer.status_code not in codes or answer.headers["content-type"] != "application/problem+json":
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)
    listed = (await client.get("/api/tickets", headers=customer)).json()
    assert listed["tickets"] == []


@pytest.mark.parametrize(
    "page", [{"limit": 0}, {"limit": MAX_LIMIT + 1}, {"page": 0}, {"page": COUNT_CAP}, {"page": 10**30}, {"page": "x"}]
)
async def test_a_page_that_would_be_expensive_is_refused(
    client: httpx.AsyncClient, customer: dict[str, str], page: dict[str, Any]
) -> None:
    assert (await client.get("/api/tickets", params=page, headers=customer)).status_code == 400


STAFFS: dict[str, Any] = {
    "priority": "critical",
    "status": "closed",
    "assigned_agent_id": 1,
    "team_id": 1,
    "tags": ["vip"],
    "source": "import",
    "created_at": "2020-01-01T00:00:00Z",
    "customer_id": 1,
    "number": "R-1",
}


async def test_what_is_staffs_to_say_is_refused_when_a_customer_says_it(
    client: httpx.AsyncClient, customer: dict[str, str], world: World
) -> None:
    taken: list[str] = []
    for field, value in STAFFS.items():
        answer = await client.post("/api/tickets", json=COMPLAINT | {field: value}, headers=customer)
        if answer.status_code not in (400, 422) or field not in answer.text:
            taken.append(f"{field}: {answer.status_code} {answer.text[:200]}")
    assert not taken, "\n".join(taken)


async def test_a_number_tells_nothing_about_the_next_one(client: httpx.AsyncClient, customer: dict[str, str]) -> None:
    made = [(await client.post("/api/tickets", json=COMPLAINT, headers=customer)).json()["number"] for _ in range(5)]
    assert len(set(made)) == 5
    heads = {number[:-2] for number in made}
    assert len(heads) == 5, made


def test_no_secret_stands_in_a_repr(settings: Settings) -> None:
    for secret in (settings.secret_key, settings.database_url, settings.owner_url):
        assert secret not in repr(settings) and secret not in str(settings)
