"""A forgotten password: a link that works once, tells nobody anything, and ends every session."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.auth.commands.resets import MAX_FOR_ACCOUNT
from api.auth.rules import digest
from tests.worlds import World

NEW = "a walk by the sea"
CUSTOMER = {"email": "customer@example.com"}


async def link_sent(owner_url: str) -> str:
    """The token of the mail in the outbox, once the app's worker has written it."""
    for _ in range(100):
        with psycopg.connect(owner_url) as conn:
            row = conn.execute(
                "select payload ->> 'text' from deliveries where kind = 'password_reset' and status = 'kept' order by id desc"
            ).fetchone()
        if row:
            found = re.search(r"/reset/(\S+)", row[0])
            assert found
            return found[1]
        await asyncio.sleep(0.1)
    raise AssertionError("no mail")


async def test_a_link_sets_the_password_once_and_ends_all_sessions(
    client: httpx.AsyncClient, world: World, owner_url: str, sign_in: Any
) -> None:
    before = await sign_in("customer")
    assert (await client.post("/api/auth/password-reset", json=CUSTOMER)).status_code == 202
    token = await link_sent(owner_url)
    with psycopg.connect(owner_url) as conn:
        kept = conn.execute("select token_sha256 from password_resets").fetchall()
    assert [bytes(row[0]) for row in kept] == [digest(token)]

    page = await client.get(f"/reset/{token}")
    assert page.status_code == 200
    weak = await client.post(f"/reset/{token}", data={"password": "password123"})
    assert weak.status_code == 422
    done = await client.post(f"/reset/{token}", data={"password": NEW})
    assert (done.status_code, done.headers["Location"]) == (303, "/sign-in")
    assert (await client.get("/api/auth/me", headers=before)).status_code == 401
    assert (await client.post("/api/auth/login", json=CUSTOMER | {"password": NEW})).status_code == 200
    assert (await client.get(f"/reset/{token}")).status_code == 404
    again = await client.post("/api/auth/password-reset/confirm", json={"token": token, "password": NEW + "!"})
    assert (again.status_code, again.json()["code"]) == (404, "auth.reset")


async def test_a_link_is_over_after_an_hour(client: httpx.AsyncClient, world: World, owner_url: str) -> None:
    await client.post("/forgot", data=CUSTOMER)
    token = await link_sent(owner_url)
    world.now += timedelta(hours=1, seconds=1)
    assert (await client.get(f"/reset/{token}")).status_code == 404
    body = {"token": token, "password": NEW}
    assert (await client.post("/api/auth/password-reset/confirm", json=body)).status_code == 404


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: httpx.AsyncClient, owner_url: str) -> None:
    known, unknown = [
        await client.post("/forgot", data={"email": email}) for email in ("agent@example.com", "nobody@example.com")
    ]
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("agent@", "x@") == unknown.text.replace("nobody@", "x@")
    with psycopg.connect(owner_url) as conn:
        told = conn.execute("select recipient from deliveries").fetchall()
        noted = conn.execute(
            "select count(*) from audit_logs where action = 'auth.password_reset_requested'"
        ).fetchone()
    assert told == [("agent@example.com",)]
    assert noted == (2,)


@pytest.mark.parametrize("path", ["/forgot", "/api/auth/password-reset"])
async def test_who_asks_too_often_waits(client: httpx.AsyncClient, path: str) -> None:
    sent: dict[str, Any] = {"json" if path.startswith("/api") else "data": CUSTOMER}
    answers = [(await client.post(path, **sent)) for _ in range(MAX_FOR_ACCOUNT + 1)]
    assert [answer.is_success for answer in answers] == [True] * MAX_FOR_ACCOUNT + [False]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
