"""Attacks on signing in, row by row: guesses, forged and stolen tokens, other sites' forms, and what answers tell."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import jwt
import psycopg
import pytest

from api.auth.commands import sign_in as sign_in_commands
from api.auth.limits import MAX_FAILURES
from api.settings import Settings
from tests.access.callers import PASSWORD, give_passwords
from tests.worlds import World

WRONG = "not the password"


@pytest.fixture(autouse=True)
def passwords(world: World, owner_url: str) -> None:
    give_passwords(owner_url, world)


async def login(client: httpx.AsyncClient, who: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/auth/login", json={"email": f"{who}@example.com", "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_an_unknown_address_and_a_wrong_password_get_the_same_words_and_the_same_work(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[bool] = []
    verify = sign_in_commands.verify_password

    def counted(stored: str | None, password: str) -> bool:
        verified.append(stored is not None)
        return verify(stored, password)

    monkeypatch.setattr(sign_in_commands, "verify_password", counted)
    wrong, unknown = await login(client, "agent", WRONG), await login(client, "nobody", WRONG)
    assert wrong.status_code == unknown.status_code == 401
    told = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in (wrong, unknown)]
    assert told[0] == told[1]
    assert verified == [True, False]


async def test_guesses_slow_an_account_down_and_leave_its_owner_signed_in(client: httpx.AsyncClient) -> None:
    inside = bearer((await login(client, "agent")).json()["token"])
    guesses = [await login(client, "agent", WRONG) for _ in range(MAX_FAILURES + 1)]
    assert [guess.status_code for guess in guesses] == [401] * MAX_FAILURES + [429]
    assert int(guesses[-1].headers["Retry-After"]) > 0
    assert (await login(client, "agent")).status_code == 429
    assert (await client.get("/api/auth/me", headers=inside)).status_code == 200


async def test_guesses_at_once_are_hardly_more_than_guesses_in_turn(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    """Those under way when the limit is reached are as many as there are connections that write."""
    sent = MAX_FAILURES + 2 * settings.pool_size
    guesses = await asyncio.gather(*(login(client, "agent", WRONG) for _ in range(sent)))
    assert [guess.status_code for guess in guesses].count(401) <= MAX_FAILURES + settings.pool_size


async def test_a_refresh_token_works_once_and_its_reuse_ends_the_family(
    client: httpx.AsyncClient, owner_url: str
) -> None:
    first = (await login(client, "agent")).json()
    second = (await client.post("/api/auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await client.get("/api/auth/me", headers=bearer(second["token"]))).status_code == 200
    stolen = await client.post("/api/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert stolen.status_code == 401
    owners = await client.post("/api/auth/refresh", json={"refresh_token": second["refresh_token"]})
    assert owners.status_code == 401
    with psycopg.connect(owner_url) as conn:
        noted = conn.execute("select count(*) from audit_logs where action = 'auth.refresh_reused'").fetchone()
        kept = conn.execute("select count(*) from sessions where revoked_at is null").fetchone()
        stored = conn.execute("select token_sha256 from refresh_tokens").fetchall()
    assert (noted, kept) == ((1,), (0,))
    assert all(first["refresh_token"].encode() not in bytes(row[0]) for row in stored)


async def test_a_forged_or_old_access_token_is_nobodys(
    client: httpx.AsyncClient, settings: Settings, world: World
) -> None:
    token = (await login(client, "admin")).json()["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert claims["exp"] - claims["iat"] == 900
    head, body, signature = token.split(".")
    forged = [
        jwt.encode(claims, None, "none"),
        jwt.encode(claims, "another key, also of 32 bytes or more", "HS256"),
        jwt.encode(claims, settings.secret_key.ljust(64, "x"), "HS512"),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        jwt.encode({**claims, "sid": "x"}, settings.secret_key, "HS256"),
        jwt.encode({"sid": claims["sid"]}, settings.secret_key, "HS256"),
    ]
    for one in forged:
        assert (await client.get("/api/auth/me", headers=bearer(one))).status_code == 401, one
    assert (await client.get("/api/auth/me", headers=bearer(token))).status_code == 200
    world.now += timedelta(minutes=15, seconds=1)
    assert (await client.get("/api/auth/me", headers=bearer(token))).status_code == 401


async def test_an_api_token_ends_when_it_says_so_or_is_revoked(client: httpx.AsyncClient, world: World) -> None:
    inside = bearer((await login(client, "agent")).json()["token"])
    until = (world.now + timedelta(minutes=5)).isoformat()
    made = [
        (await client.post("/api/auth/tokens", json={"name": "x", "scopes": ["me"]} | more, headers=inside)).json()
        for more in ({"expires_at": until}, {})
    ]
    brief, lasting = [bearer(each["token"]) for each in made]
    assert all(each["token"].startswith("rdp_") for each in made)
    assert "rdp_" not in (await client.get("/api/auth/tokens", headers=inside)).text
    assert [(await client.get("/api/auth/me", headers=each)).status_code for each in (brief, lasting)] == [200, 200]
    world.now += timedelta(minutes=5, seconds=1)
    assert (await client.delete(f"/api/auth/tokens/{made[1]['id']}", headers=inside)).status_code == 204
    assert [(await client.get("/api/auth/me", headers=each)).status_code for each in (brief, lasting)] == [401, 401]


async def test_the_cookie_is_for_no_script_and_other_sites_send_nothing_by_it(client: httpx.AsyncClient) -> None:
    form = {"email": "agent@example.com", "password": PASSWORD}
    foreign = await client.post("/sign-in", data=form, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    done = await client.post("/sign-in", data=form, headers={"Origin": "http://testserver"})
    said = next(line for line in done.headers.get_list("set-cookie") if line.startswith("redress_session"))
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in said.split(";")}
    page = (await client.get("/preferences")).text
    token = re.search(r'name="csrf_token" value="(\w+)"', page)
    assert token
    change = {"csrf_token": token[1], "theme": "dark"}
    for headers, sent, code in (
        ({}, {"theme": "dark"}, 403),
        ({}, change | {"csrf_token": "0" * 64}, 403),
        ({"Origin": "https://elsewhere.example"}, change, 403),
        ({}, change, 303),
    ):
        assert (await client.post("/preferences", data=sent, headers=headers)).status_code == code, sent
    assert (await client.patch("/api/users/me", json={"theme": "light"})).status_code == 403


@pytest.mark.parametrize("password", ["password123", "short", "x" * 201, "aaaaaaaaaaaa", "weak@example.org"])
async def test_a_password_that_is_easy_to_guess_is_refused(client: httpx.AsyncClient, password: str) -> None:
    body: dict[str, Any] = {"email": "weak@example.org", "name": "Weak", "password": password}
    assert (await client.post("/api/auth/register", json=body)).status_code in (400, 422)
