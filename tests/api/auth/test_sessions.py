"""Where one is signed in is listed, and ends when one says so: at once, and for oneself alone."""

from typing import Any

import httpx
import psycopg
import pytest

from api.auth.devices import device_name
from api.auth.passwords import hash_password
from tests.worlds import World

PASSWORD = "a walk by the river"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/604"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 (KHTML, like Gecko) Chrome/140 Safari/537 Edg/140"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        ("curl/8.5.0", "curl"),
        ("<script>", ""),
        (None, ""),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(said: str | None, name: str) -> None:
    assert device_name(said) == name


@pytest.fixture
def login(client: httpx.AsyncClient, world: World, owner_url: str) -> Any:
    """`await login("agent", FIREFOX)` signs in from a device: the headers of that session."""
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])

    async def headers(who: str, device: str) -> dict[str, str]:
        body = {"email": f"{who}@example.com", "password": PASSWORD}
        answer = await client.post("/api/auth/login", json=body, headers={"User-Agent": device})
        return {"Authorization": f"Bearer {answer.json()['token']}", "User-Agent": device}

    return headers


async def test_one_sees_ones_sessions_and_ends_them_at_once(
    client: httpx.AsyncClient, world: World, owner_url: str, login: Any
) -> None:
    here, phone, office = [await login("agent", device) for device in (FIREFOX, SAFARI, EDGE)]
    stranger = await login("admin", FIREFOX)
    listed = (await client.get("/api/sessions", headers=here)).json()["sessions"]
    assert [(one["device"], one["is_current"]) for one in listed] == [
        ("Firefox, Linux", True),
        ("Edge, Windows", False),
        ("Safari, iPhone", False),
    ]
    ids = {one["device"]: one["id"] for one in listed}
    assert (await client.delete(f"/api/sessions/{ids['Safari, iPhone']}", headers=stranger)).status_code == 404
    assert (await client.get("/api/auth/me", headers=phone)).status_code == 200
    assert (await client.delete(f"/api/sessions/{ids['Safari, iPhone']}", headers=here)).status_code == 204
    assert (await client.get("/api/auth/me", headers=phone)).status_code == 401
    assert (await client.delete(f"/api/sessions/{ids['Safari, iPhone']}", headers=here)).status_code == 404

    assert (await client.get("/api/auth/me", headers=office)).status_code == 200
    assert (await client.delete("/api/sessions", headers=here)).json() == {"ended": 1}
    assert [(await client.get("/api/auth/me", headers=each)).status_code for each in (here, office, stranger)] == [
        200,
        401,
        200,
    ]
    with psycopg.connect(owner_url) as conn:
        told = conn.execute("select entity_id from audit_logs where action = 'auth.logged_out'").fetchall()
    assert told == [(world.agent,)] * 2


async def test_no_token_manages_sessions_or_passwords(client: httpx.AsyncClient, login: Any) -> None:
    here = await login("admin", FIREFOX)
    refused = await client.post("/api/auth/tokens", json={"name": "x", "scopes": ["sign-in"]}, headers=here)
    assert (refused.status_code, refused.json()["code"]) == (403, "api_token.scope")
    made = await client.post("/api/auth/tokens", json={"name": "x", "scopes": ["admin", "me"]}, headers=here)
    token = {"Authorization": f"Bearer {made.json()['token']}"}
    assert (await client.get("/api/users", headers=token)).status_code == 403
    assert (await client.get("/api/auth/me", headers=token)).status_code == 200
    assert (await client.get("/api/sessions", headers=token)).status_code == 403
    assert (await client.delete("/api/sessions", headers=token)).status_code == 403


async def test_the_page_lists_sessions_ends_them_and_changes_the_password(
    client: httpx.AsyncClient, world: World, login: Any
) -> None:
    phone, tablet = await login("customer", SAFARI), await login("customer", "curl/8")
    form = {"email": "customer@example.com", "password": PASSWORD}
    assert (await client.post("/sign-in", data=form, headers={"User-Agent": EDGE})).status_code == 303
    page = await client.get("/preferences/security")
    assert "Edge, Windows" in page.text and "Safari, iPhone" in page.text
    csrf = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    other = page.text.partition("Safari, iPhone")[2].partition("/preferences/security/sessions/")[2].partition("/")[0]
    unproved = await client.post(f"/preferences/security/sessions/{other}/end")
    assert unproved.status_code == 403
    done = await client.post(f"/preferences/security/sessions/{other}/end", data={"csrf_token": csrf})
    assert done.status_code == 303
    assert (await client.get("/api/auth/me", headers=phone)).status_code == 401

    new = {"csrf_token": csrf, "current": PASSWORD, "new": " spaces count "}
    wrong = await client.post("/preferences/security/password", data=new | {"current": "no"})
    assert wrong.status_code == 403 and "The present password is not right." in wrong.text
    assert "spaces count" not in wrong.text
    assert (await client.post("/preferences/security/password", data=new)).status_code == 303
    assert (await client.get("/api/auth/me", headers=tablet)).status_code == 401
    assert (await client.get("/preferences/security")).status_code == 200
    client.cookies.clear()
    assert (await client.post("/sign-in", data=form | {"password": " spaces count "})).status_code == 303
