"""Two-step sign-in: a stolen password is not enough, a code works once, a lost phone locks nobody out for good."""

import asyncio
import re
from base64 import b32decode
from typing import Any

import httpx
import psycopg
import pytest

from api.auth import totp
from api.auth.passwords import hash_password
from tests.worlds import World

PASSWORD = "a walk by the river"
FACTOR = "/api/auth/second-factor"


class App:
    """An authenticator app on a phone whose clock is the world's."""

    def __init__(self, world: World, uri: str) -> None:
        self.world = world
        found = re.search(r"secret=(\w+)", uri)
        assert found
        self.secret = b32decode(found[1])

    def code(self, **later: float) -> str:
        """The code it shows, after so much time."""
        return totp.code_of(self.secret, totp.step_at(self.world.later(**later)))


@pytest.fixture(autouse=True)
def passwords(world: World, owner_url: str) -> None:
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])


async def first_step(client: httpx.AsyncClient, who: str = "agent") -> httpx.Response:
    return await client.post("/api/auth/login", json={"email": f"{who}@example.com", "password": PASSWORD})


async def second_step(client: httpx.AsyncClient, challenge: str, code: str) -> httpx.Response:
    return await client.post("/api/auth/login/second-step", json={"challenge": challenge, "code": code})


async def enrolled(client: httpx.AsyncClient, world: World, headers: dict[str, str]) -> tuple[App, list[str]]:
    """The app and the recovery codes of who has just set it up."""
    begun = await client.post(FACTOR, json={"current": PASSWORD}, headers=headers)
    assert begun.status_code == 201, begun.text
    app = App(world, begun.json()["uri"])
    done = await client.post(f"{FACTOR}/confirm", json={"code": app.code()}, headers=headers)
    assert done.status_code == 200, done.text
    return app, done.json()["codes"]


def actions(owner_url: str) -> list[str]:
    with psycopg.connect(owner_url) as conn:
        query = "select action from audit_logs where action like 'auth.%' and action <> 'auth.logged_in' order by id"
        return [str(row[0]) for row in conn.execute(query).fetchall()]


def test_the_qr_code_is_whole_at_any_size() -> None:
    svg = totp.qr_code(f"otpauth://totp/{'x' * 200}")
    size = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert size
    assert f"M0 0h{size[1]}v{size[1]}" in svg
    assert "width=" not in svg


async def test_it_takes_password_and_code_and_a_code_works_once(
    client: httpx.AsyncClient, world: World, owner_url: str, sign_in: Any
) -> None:
    headers = await sign_in("agent")
    assert (await client.post(FACTOR, json={"current": "guessed"}, headers=headers)).status_code == 403
    app, codes = await enrolled(client, world, headers)
    assert len(set(codes)) == 10
    with psycopg.connect(owner_url) as conn:
        kept = conn.execute("select secret from second_factors").fetchone()
        hashes = conn.execute("select string_agg(encode(code_sha256, 'escape'), ' ') from recovery_codes").fetchone()
    assert kept and app.secret not in bytes(kept[0])
    assert hashes and codes[0] not in str(hashes[0])

    stopped = await first_step(client)
    assert (stopped.status_code, stopped.json()["code"]) == (401, "auth.second_step")
    challenge = stopped.json()["challenge"]
    assert (await client.get("/api/auth/me", headers={"Authorization": f"Bearer {challenge}"})).status_code == 401
    used = app.code()  # the code of the confirmation
    assert (await second_step(client, challenge, used)).status_code == 401
    fresh = app.code(seconds=31)
    done = await second_step(client, challenge, fresh)
    assert done.status_code == 200 and done.json()["user"]["id"] == world.agent
    replayed = await second_step(client, challenge, fresh)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "auth.wrong_code")
    assert (await second_step(client, done.json()["token"], app.code(seconds=31))).json()["code"] == "auth.challenge"
    assert actions(owner_url) == [
        "auth.second_factor_enrolled", "auth.recovery_codes_made", "auth.second_factor_failed", "auth.second_factor_failed",
    ]  # fmt: skip


async def test_one_code_sent_many_times_at_once_signs_in_once(
    client: httpx.AsyncClient, world: World, sign_in: Any
) -> None:
    app, _codes = await enrolled(client, world, await sign_in("agent"))
    code = app.code(minutes=1)
    challenge = (await first_step(client)).json()["challenge"]
    answers = await asyncio.gather(*(second_step(client, challenge, code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_guesses_are_counted_also_when_they_come_at_once(
    client: httpx.AsyncClient, world: World, sign_in: Any
) -> None:
    headers = await sign_in("agent")
    app, codes = await enrolled(client, world, headers)
    challenge = (await first_step(client)).json()["challenge"]
    guesses = await asyncio.gather(*(second_step(client, challenge, f"{n:06}") for n in range(8)))
    assert sorted(guess.status_code for guess in guesses) == [401] * 5 + [429] * 3
    late = await second_step(client, challenge, codes[0])
    assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0
    assert (await client.get("/api/auth/me", headers=headers)).status_code == 200
    assert app.secret


async def test_a_challenge_ends_after_minutes_and_with_the_password_it_was_for(
    client: httpx.AsyncClient, world: World, sign_in: Any
) -> None:
    headers = await sign_in("agent")
    app, _codes = await enrolled(client, world, headers)
    early = (await first_step(client)).json()["challenge"]
    assert (await second_step(client, early, app.code(minutes=6))).json()["code"] == "auth.challenge"
    challenge = (await first_step(client)).json()["challenge"]
    change = {"current": PASSWORD, "new": "a swim in the lake"}
    assert (await client.post("/api/auth/password", json=change, headers=headers)).status_code == 204
    assert (await second_step(client, challenge, app.code(seconds=40))).json()["code"] == "auth.challenge"


async def test_a_recovery_code_signs_in_once_and_new_ones_end_the_old(
    client: httpx.AsyncClient, world: World, owner_url: str, sign_in: Any
) -> None:
    headers = await sign_in("agent")
    app, codes = await enrolled(client, world, headers)
    challenge = (await first_step(client)).json()["challenge"]
    typed = codes[3].upper().replace("-", " ")
    assert (await second_step(client, challenge, typed)).status_code == 200
    assert (await second_step(client, challenge, codes[3])).status_code == 401
    assert (await client.get(FACTOR, headers=headers)).json()["recovery_codes_left"] == 9
    code = {"code": app.code(minutes=1)}
    renewed = await client.post(f"{FACTOR}/recovery-codes", json=code, headers=headers)
    assert len(renewed.json()["codes"]) == 10
    assert (await second_step(client, challenge, codes[4])).status_code == 401
    assert (await second_step(client, challenge, renewed.json()["codes"][0])).status_code == 200
    assert "auth.recovery_code_used" in actions(owner_url)


async def test_it_is_turned_off_by_a_code_or_by_an_administrator(
    client: httpx.AsyncClient, world: World, owner_url: str, sign_in: Any
) -> None:
    headers, admin = await sign_in("agent"), await sign_in("admin")
    _app, codes = await enrolled(client, world, headers)
    assert (await client.post(f"{FACTOR}/remove", json={"code": "000000"}, headers=headers)).status_code == 403
    assert (await client.post(f"{FACTOR}/remove", json={"code": codes[0]}, headers=headers)).status_code == 204
    assert (await first_step(client)).status_code == 200
    _app, codes = await enrolled(client, world, headers)
    reset = f"/api/users/{world.agent}/second-factor"
    assert (await client.delete(reset, headers=headers)).status_code == 403
    assert (await client.delete(reset, headers=admin)).status_code == 204
    assert (await first_step(client)).status_code == 200
    assert actions(owner_url).count("auth.second_factor_removed") == 2


async def test_staff_that_must_can_do_nothing_else_first(client: httpx.AsyncClient, world: World, sign_in: Any) -> None:
    agent, admin, customer = [await sign_in(who) for who in ("agent", "admin", "customer")]
    _app, _codes = await enrolled(client, world, admin)
    on = {"require_second_factor": True}
    assert (await client.patch("/api/installation", json=on, headers=admin)).status_code == 200
    agent, admin, customer = [await sign_in(who) for who in ("agent", "admin", "customer")]
    for path in ("/api/tickets", "/api/auth/me", "/api/auth/tokens"):
        stopped = await client.get(path, headers=agent)
        assert (stopped.status_code, stopped.json()["code"]) == (403, "auth.enrol")
        assert [(await client.get(path, headers=who)).status_code for who in (admin, customer)] == [200, 200]
    page = await client.get("/tickets", headers=agent)
    assert (page.status_code, page.headers["Location"]) == (303, "/preferences/security")
    assert (await client.get(page.headers["Location"], headers=agent)).status_code == 200
    assert (await client.get(FACTOR, headers=agent)).json()["is_required"]
    await enrolled(client, world, agent)
    assert (await client.get("/api/tickets", headers=agent)).status_code == 200


async def test_pages_set_it_up_ask_for_it_and_show_codes_once(client: httpx.AsyncClient, world: World) -> None:
    form = {"email": "customer@example.com", "password": PASSWORD, "next": "/complaints/new"}
    await client.post("/sign-in", data=form)
    csrf = {"csrf_token": token_of(await client.get("/preferences/security"))}
    here = "/preferences/security/second-factor"
    assert (await client.post(here, data=csrf | {"current": "wrong"})).status_code == 403
    assert (await client.post(here, data=csrf | {"current": PASSWORD})).headers["Location"] == here
    page = await client.get(here)
    assert "<svg" in page.text and "style=" not in page.text.partition("<svg")[2].partition("</svg>")[0]
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page.text)
    assert found
    app = App(world, f"secret={found[1].replace(' ', '')}")
    assert (await client.post(f"{here}/confirm", data=csrf | {"code": "000000"})).status_code == 403
    done = await client.post(f"{here}/confirm", data=csrf | {"code": app.code()})
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", done.text)
    assert len(codes) == 10
    assert (await client.get(here)).headers["Location"] == "/preferences/security"
    assert codes[0] not in (await client.get("/preferences/security")).text
    client.cookies.clear()
    asked = await client.post("/sign-in", data=form)
    assert asked.status_code == 200 and "redress_session" not in client.cookies
    challenge = asked.text.partition('name="challenge" value="')[2].partition('"')[0]
    step = {"challenge": challenge, "next": "/complaints/new"}
    assert (await client.post("/sign-in/code", data=step | {"code": "123456"})).status_code == 401
    done = await client.post("/sign-in/code", data=step | {"code": app.code(minutes=1)})
    assert (done.status_code, done.headers["Location"]) == (303, "/complaints/new")
    assert (await client.get("/complaints")).status_code == 200


def token_of(page: httpx.Response) -> str:
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
