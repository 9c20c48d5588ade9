"""Pages over HTTP: who may see them, what they cost, what their headers hold a browser to."""

import io
import re
from collections.abc import AsyncGenerator

import httpx
import psycopg
import pytest
from PIL import Image

from api.auth.passwords import hash_password
from api.db import Database
from api.web.headers import CSP
from tests.acting import Acting
from tests.worlds import World

PASSWORD = "a walk by the river"
QUEUE_STATEMENTS = 6
TICKET_STATEMENTS = 9


@pytest.fixture
async def browser(client: httpx.AsyncClient, world: World, owner_url: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that keeps cookies; everybody of the world has PASSWORD."""
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])
    yield client


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert found
    return found[1]


async def sign_in(browser: httpx.AsyncClient, name: str) -> None:
    form = {"csrf_token": token(await browser.get("/sign-in")), "email": f"{name}@example.com", "password": PASSWORD}
    answer = await browser.post("/sign-in", data=form)
    assert answer.status_code == 303, answer.text


async def cheapest(browser: httpx.AsyncClient, path: str, statements: list[str]) -> tuple[httpx.Response, int]:
    """The page and its statements: the fewest of some tries, since the app's worker and its live listener ask too."""
    costs: list[int] = []
    for _ in range(5):
        statements.clear()
        page = await browser.get(path)
        costs.append(len(statements))
    return page, min(costs)


async def test_a_queue_costs_the_same_whatever_it_holds(
    browser: httpx.AsyncClient, db: Database, world: World, statements: list[str]
) -> None:
    acting = Acting(db, world)
    for _ in range(12):
        await acting.opened()
    await sign_in(browser, "agent")
    page, cost = await cheapest(browser, "/tickets?view=all", statements)
    assert page.text.count('class="row"') == 12
    assert cost <= QUEUE_STATEMENTS, statements


async def test_a_ticket_costs_the_same_whatever_it_holds(
    browser: httpx.AsyncClient, db: Database, world: World, statements: list[str]
) -> None:
    from api.conversation.commands import add_comment
    from api.conversation.wire import NewComment

    acting = Acting(db, world)
    ticket_id = await acting.opened()
    for n in range(12):
        await acting.do("agent", add_comment, ticket_id, NewComment(comment=f"Word {n}", is_internal=n % 2 == 0))
    await sign_in(browser, "agent")
    page, cost = await cheapest(browser, f"/tickets/{ticket_id}", statements)
    assert page.text.count("Word ") == 12
    assert cost <= TICKET_STATEMENTS, statements


async def test_a_customer_never_gets_an_internal_note_nor_another_ones_complaint(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    from api.conversation.commands import add_comment
    from api.conversation.wire import NewComment

    acting = Acting(db, world)
    ticket_id = await acting.opened()
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="hush", is_internal=True))
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="hello"))
    await sign_in(browser, "customer")
    page = await browser.get(f"/complaints/{ticket_id}")
    assert "hello" in page.text
    assert "hush" not in page.text
    assert (await browser.get(f"/tickets/{ticket_id}")).status_code == 403
    await sign_in(browser, "other_customer")
    assert (await browser.get(f"/complaints/{ticket_id}")).status_code == 404


async def test_every_page_holds_the_browser_to_the_policy(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, "admin")
    for path in ("/tickets", "/admin/audit", "/nowhere", "/preferences"):
        page = await browser.get(path)
        assert page.headers["Content-Security-Policy"] == CSP
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<style|<script(?! (type=\"module\" )?src=)|\son\w+=|\sstyle=", page.text)


async def test_a_form_without_its_token_changes_nothing(browser: httpx.AsyncClient, db: Database, world: World) -> None:
    ticket_id = await Acting(db, world).opened()
    await sign_in(browser, "customer")
    answer = await browser.post(f"/complaints/{ticket_id}/reply", data={"comment": "forged"})
    assert answer.status_code == 403
    assert "forged" not in (await browser.get(f"/complaints/{ticket_id}")).text


async def test_resolving_takes_no_amount_for_granted_and_forgets_none(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    ticket_id = await Acting(db, world).opened()
    await sign_in(browser, "admin")
    path = f"/tickets/{ticket_id}/resolve"
    form = {"csrf_token": token(await browser.get(path)), "status": "resolved", "remedy_currency": "EUR", "comment": ""}
    form |= {"outcome": "", "root_cause_id": "", "remedy": "refund", "remedy_amount": "12,50"}
    refused = await browser.post(path, data=form)
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    assert 'value="12,50"' in refused.text
    form |= {"csrf_token": token(refused), "outcome": "upheld", "remedy": "", "remedy_amount": ""}
    done = await browser.post(path, data=form)
    assert done.status_code == 303, done.text
    assert "Resolved" in (await browser.get(f"/tickets/{ticket_id}")).text


async def test_static_files_may_be_kept_for_ever_and_change_their_address_when_they_change(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/sign-in")
    for address in re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text):
        answer = await browser.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    stale = await browser.get("/static/000000000000/app.css")
    assert stale.headers["Cache-Control"] == "no-cache"


async def test_a_visitor_reads_the_language_their_browser_asks_for(browser: httpx.AsyncClient) -> None:
    german = await browser.get("/sign-in", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="de" dir="ltr"' in german.text
    assert "Anmelden" in german.text


async def test_a_visitor_is_sent_to_sign_in_and_back_to_all_of_the_address(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/tickets?view=all&after=x")
    assert answer.headers["Location"] == "/sign-in?next=/tickets%3Fview%3Dall%26after%3Dx"
    form = {"email": "agent@example.com", "password": PASSWORD}
    for sent, home in (
        ("/tickets?view=all", "/tickets?view=all"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ):
        assert (await browser.post("/sign-in", data=form | {"next": sent})).headers["Location"] == home
        browser.cookies.clear()


@pytest.mark.parametrize("email", ["agent@example.com", "nobody@example.com"])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_words_and_no_password_back(
    browser: httpx.AsyncClient, email: str
) -> None:
    page = await browser.post("/sign-in", data={"email": email, "password": "not the password"})
    assert page.status_code == 401
    assert "The e-mail address or the password is not right." in page.text
    assert f'value="{email}"' in page.text
    assert "not the password" not in page.text


async def test_signing_out_ends_the_session_and_what_the_browser_kept(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, "agent")
    kept = dict(browser.cookies)
    answer = await browser.post("/sign-out", data={"csrf_token": token(await browser.get("/tickets"))})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    browser.cookies.update(kept)
    assert (await browser.get("/tickets")).status_code == 303


async def test_a_new_account_is_signed_in_and_speaks_the_language_of_the_page(browser: httpx.AsyncClient) -> None:
    form = {"name": "Eve", "email": "eve@example.com", "password": "a walk by the sea"}
    weak = await browser.post("/register", data=form | {"password": "short"})
    assert weak.status_code == 422
    assert 'value="Eve"' in weak.text
    answer = await browser.post("/register", data=form, headers={"Accept-Language": "de"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/complaints")
    assert '<html lang="de"' in (await browser.get("/complaints")).text


async def test_preferences_hold_from_the_next_page_on(browser: httpx.AsyncClient, world: World, owner_url: str) -> None:
    await sign_in(browser, "agent")
    form = {"csrf_token": token(await browser.get("/preferences")), "language": "de", "time_zone": "Europe/Berlin"}
    refused = await browser.post("/preferences", data=form | {"theme": "dark", "time_zone": "Mars/Base"})
    assert refused.status_code == 422
    saved = await browser.post("/preferences", data=form | {"theme": "dark", "availability": "away"})
    assert saved.headers["Location"] == "/preferences"
    assert '<html lang="de"' in (await browser.get("/preferences")).text
    with psycopg.connect(owner_url) as conn:
        row = conn.execute("select theme, time_zone, availability from users where id = %s", [world.agent]).fetchone()
    assert row == ("dark", "Europe/Berlin", "away")


async def test_rows_are_as_high_as_a_person_likes_them_and_the_list_stays_as_it_was(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    await Acting(db, world).opened()
    await sign_in(browser, "agent")
    form = {
        "csrf_token": token(await browser.get("/tickets")),
        "density": "compact",
        "back": "view=all&priority=medium",
    }
    answer = await browser.post("/tickets/density", data=form)
    assert answer.headers["Location"] == "/tickets?view=all&priority=medium"
    assert "queue-rows compact" in (await browser.get(answer.headers["Location"])).text


async def test_the_app_can_be_put_on_a_home_screen(browser: httpx.AsyncClient) -> None:
    manifest = (await browser.get("/manifest.webmanifest")).json()
    for icon in manifest["icons"]:
        answer = await browser.get(icon["src"])
        assert answer.headers["Content-Type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            width, height = Image.open(io.BytesIO(answer.content)).size
            assert icon["sizes"] == f"{width}x{height}"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon.get("purpose") for icon in manifest["icons"]}
