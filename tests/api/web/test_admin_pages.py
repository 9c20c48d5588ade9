"""The administration over HTTP: who may see it, that every page shows, and what its forms do and refuse."""

import re
from collections.abc import AsyncGenerator

import httpx
import psycopg
import pytest

from api.auth.passwords import hash_password
from api.db import Database
from api.people.queries import get_user, list_members, list_teams
from api.sla.queries.policies import get_policy
from api.workflows.queries.lists import list_workflows
from tests.acting import Acting
from tests.administration import MADE, PAGES
from tests.worlds import World

PASSWORD = "a walk by the river"


@pytest.fixture
async def browser(client: httpx.AsyncClient, world: World, owner_url: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that keeps cookies; everybody of the world has PASSWORD."""
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])
    yield client


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert found, page.text[:400]
    return found[1]


async def sign_in(browser: httpx.AsyncClient, name: str) -> None:
    form = {"csrf_token": token(await browser.get("/sign-in")), "email": f"{name}@example.com", "password": PASSWORD}
    assert (await browser.post("/sign-in", data=form)).status_code == 303


async def send(browser: httpx.AsyncClient, path: str, **form: object) -> httpx.Response:
    """Send a form of the administration with the session's token."""
    held = token(await browser.get("/admin/settings"))
    return await browser.post(f"/admin{path}", data={"csrf_token": held, **form})


async def test_only_administrators_get_in(browser: httpx.AsyncClient) -> None:
    for who in ("agent", "customer"):
        await sign_in(browser, who)
        for path in PAGES:
            assert (await browser.get(f"/admin{path}")).status_code == 403, path


async def test_every_page_shows_on_little_and_on_much_and_makes_what_its_form_says(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    await sign_in(browser, "admin")
    for path in PAGES:
        assert (await browser.get(f"/admin{path}")).status_code == 200, path
    ticket_id = await Acting(db, world).opened()
    for screen, form in MADE.items():
        answer = await send(browser, f"/{screen}/new", **form)
        assert answer.status_code == 303, (
            screen,
            re.findall(r'class="problem"[^>]*>(?:<svg.*?</svg>)?([^<]*)|<strong>([^<]*)', answer.text),
        )
        at = answer.headers["Location"]
        page = await browser.get(at)
        assert page.status_code == 200, at
        name = form.get("name") or form["title"]
        assert name in page.text, at
        assert name in (await browser.get(f"/admin/{screen}")).text
        again = await send(browser, f"/{screen}/new", **form)
        assert again.status_code in (303, 409), screen
    assert (await browser.get("/admin/workflows/1/runs")).status_code == 200
    assert (await browser.get("/admin/webhooks/1/secret")).status_code == 200
    assert (await browser.get(f"/admin/audit?ticket={ticket_id}&from=2026-11-01&to=2026-11-30")).status_code == 200
    for path in PAGES:
        assert (await browser.get(f"/admin{path}")).status_code == 200, path


async def test_what_is_wrong_is_said_at_its_field_and_the_words_stay(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "admin")
    wrong = {
        "/teams/new": ({"name": "", "description": "kept"}, "name", "kept"),
        "/calendars/new": (MADE["calendars"] | {"monday": "nine to five"}, "monday", "Office"),
        "/sla/new": (MADE["sla"] | {"target-resolution": "soon"}, "target-resolution", "Urgent"),
        "/webhooks/new": (MADE["webhooks"] | {"url": "http://127.0.0.1/"}, "url", "Orders"),
        "/settings": ({"at_risk_share": "200", "time_zone": "UTC"}, "at_risk_share", "200"),
        "/workflows/new": (MADE["workflows"] | {"a.0:tags": ""}, "a.0:tags", "Tell"),
        "/templates/created/en": ({"subject": "{{ nobody.name }}", "text": "a", "html": "kept"}, "", "kept"),
    }
    for path, (form, field, kept) in wrong.items():
        answer = await send(browser, path, **form)
        assert answer.status_code == 422, path
        assert not field or f'id="{field}-problem"' in answer.text, path
        assert kept in answer.text, path


async def test_who_leaves_hands_on_their_tickets(browser: httpx.AsyncClient, db: Database, world: World) -> None:
    acting = Acting(db, world)
    ticket_id = await acting.opened(category_id=world.category)
    ticket = await acting.seen("admin", ticket_id)
    assert ticket.assigned_agent is not None
    leaver = ticket.assigned_agent.id
    heir = world.lead if leaver != world.lead else world.agent
    await sign_in(browser, "admin")
    assert "1 active ticket is theirs." in (await browser.get(f"/admin/people/{leaver}")).text
    assert (await send(browser, f"/people/{leaver}/active", reassign_to=str(heir))).status_code == 303
    after = await acting.seen("admin", ticket_id)
    assert after.assigned_agent is not None and after.assigned_agent.id == heir
    async with db.open_read(world.actor("admin"), world.now) as read:
        assert not (await get_user(read, leaver)).is_active


async def test_a_promise_is_previewed_across_the_change_of_clocks_and_saved_without_a_new_version_when_only_its_name_changes(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    await Acting(db, world).opened()
    await sign_in(browser, "admin")
    calendar = (await send(browser, "/calendars/new", **MADE["calendars"])).headers["Location"].rpartition("/")[2]
    fields = {"name": "Medium", "is_active": "1", "position": "3", "priority": "medium", "calendar_id": ""}
    fields |= {"target-first_response": "8 h", "target-resolution": "3 d", "target-escalation": "1 d"}
    pauses = {"pause-resolution": "pending", "pause-escalation": "pending"}
    preview = await send(
        browser, "/sla/3/preview", **(fields | pauses | {"target-resolution": "1 m", "calendar_id": calendar})
    )
    assert "clocks re-base" in preview.text
    assert "Friday, 26 March 2027" in preview.text
    assert "after the change of clocks" in preview.text
    assert (await send(browser, "/sla/3", **(fields | pauses | {"name": "Usual"}))).status_code == 303
    async with db.open_read(world.actor("admin"), world.now) as read:
        policy = await get_policy(read, 3)
    assert (policy.name, policy.version) == ("Usual", 1)


async def test_a_workflow_is_edited_without_a_script(browser: httpx.AsyncClient, db: Database, world: World) -> None:
    await sign_in(browser, "admin")
    form = MADE["workflows"] | {"act": "add-any:c"}
    page = await send(browser, "/workflows/new/edit", **form)
    assert 'name="c.0:kind"' in page.text
    form |= {"c.0:kind": "any", "act": "add-leaf:c.0"}
    page = await send(browser, "/workflows/new/edit", **form)
    assert 'name="c.0.0:field"' in page.text
    form |= {
        "c.0.0:kind": "leaf",
        "c.0.0:field": "priority",
        "c.0.0:operator": "in",
        "c.0.0:value": ["critical", "high"],
    }
    assert (await send(browser, "/workflows/new", **form)).status_code == 303
    async with db.open_read(world.actor("admin"), world.now) as read:
        kept = (await list_workflows(read))[0]
    assert kept.conditions.all is not None and kept.conditions.all[0].any is not None
    assert kept.conditions.all[0].any[0].value == ["critical", "high"]
    gone = await send(browser, f"/workflows/{kept.id}/edit", **form | {"act": "remove:c.0"})
    assert 'name="c.0:kind"' not in gone.text


async def test_an_empty_installation_leads_to_the_first_ticket_in_three_steps(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    await sign_in(browser, "admin")
    assert (await browser.get("/")).headers["Location"] == "/admin/start/1"
    steps = (
        {"branding_name": "Acme", "time_zone": "Europe/Berlin", "default_locale": "de"},
        {"name": "First line", "name-0": "Kim", "email-0": "kim@example.com", "password-0": PASSWORD},
        {
            "name": "Jane",
            "email": "jane@example.net",
            "subject": "Late",
            "description": "Very",
            "idempotency_key": "one",
        },
    )
    for step, form in enumerate(steps, 1):
        answer = await send(browser, f"/start/{step}", **form)
        assert answer.status_code == 303, (step, answer.text)
    assert "/tickets/RD-" in answer.headers["Location"]
    assert (await browser.get(answer.headers["Location"])).status_code == 200
    assert (await browser.get("/")).headers["Location"] == "/tickets"
    async with db.open_read(world.actor("admin"), world.now) as read:
        team = next(team for team in await list_teams(read) if team.name == "First line")
        assert [(member.name, member.role) for member in await list_members(read, team.id)] == [("Kim", "lead")]


async def test_the_tour_of_the_sample_ends_for_good(
    browser: httpx.AsyncClient, db: Database, world: World, owner_url: str
) -> None:
    await Acting(db, world).opened()
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('sample_data', 'true', now())"
        )
    await sign_in(browser, "admin")
    assert (await browser.get("/")).headers["Location"] == "/admin"
    assert "A short tour" in (await browser.get("/admin")).text
    assert (await send(browser, "/tour/end")).status_code == 303
    assert "A short tour" not in (await browser.get("/admin")).text
    assert (await browser.get("/")).headers["Location"] == "/tickets"


async def test_a_token_is_shown_once(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "admin")
    made = await send(browser, "/tokens", name="Reports", scopes=["ticket:read", "analytics:read"], days="30")
    found = re.search(r"<code>(rd_[^<]+|[\w-]{40,})</code>", made.text)
    assert found
    assert found[1] not in (await browser.get("/admin/tokens")).text
    assert (await browser.get("/api/tickets", headers={"Authorization": f"Bearer {found[1]}"})).status_code == 200
