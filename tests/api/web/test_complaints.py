"""A customer's pages over HTTP: what a form must hold, what a link of a mail allows, what follows a closed complaint."""

import asyncio
import re
from datetime import timedelta

import httpx
import psycopg

from api.custom_fields.commands import create_custom_field
from api.custom_fields.wire import NewCustomField
from api.db import Database
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.acting import Acting
from tests.api.web.test_pages import browser, sign_in, token
from tests.worlds import World

__all__ = ["browser"]

ORDER = NewCustomField(key="order", name="Order number", type="number", is_required=True, is_for_customers=True)
COMPLAINT = {"subject": "Router drops", "description": "Every night.", "priority": "medium", "idempotency_key": "k"}


async def complain(browser: httpx.AsyncClient, **form: str) -> httpx.Response:
    """The answer to a form with its token, sent as a browser sends one that can hold files."""
    sent = {"csrf_token": token(await browser.get("/complaints/new")), **COMPLAINT, **form}
    return await browser.post("/complaints/new", files={name: (None, text) for name, text in sent.items()})


async def test_a_required_field_is_asked_for_and_what_was_typed_stays(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    acting = Acting(db, world)
    await acting.do("admin", create_custom_field, ORDER)
    await sign_in(browser, "customer")
    for wrong, sentence in (("", "Please fill this in."), ("about ten", "Please write a number.")):
        page = await complain(browser, **{"custom_fields.order": wrong})
        assert page.status_code == 422
        assert sentence in page.text
        assert "Every night." in page.text
    done = await complain(browser, **{"custom_fields.order": "4711"})
    assert done.status_code == 303, done.text
    again = await complain(browser, **{"custom_fields.order": "4711"})
    assert again.headers["Location"] == done.headers["Location"]
    ticket = await browser.get(f"/api/tickets/{done.headers['Location'].rsplit('/', 1)[1]}")
    assert ticket.json()["custom_fields"] == {"order": 4711}


async def test_a_form_with_files_without_its_token_keeps_none_of_them(
    browser: httpx.AsyncClient, world: World, owner_url: str
) -> None:
    await sign_in(browser, "customer")
    forged = {name: (None, text) for name, text in COMPLAINT.items()} | {"files": ("a.txt", "Hello")}
    assert (await browser.post("/complaints/new", files=forged)).status_code == 403
    assert (await browser.post("/complaints/files", files={"files": ("a.txt", "Hello")})).status_code == 403
    with psycopg.connect(owner_url) as conn:
        assert conn.execute("select count(*) from attachment_leftovers").fetchone() == (0,)
        assert conn.execute("select count(*) from tickets").fetchone() == (0,)


async def rating_link(owner_url: str) -> str:
    """The path that the mail about a resolved complaint leads to, once the app's worker has written it."""
    for _ in range(100):
        with psycopg.connect(owner_url) as conn:
            mails = conn.execute("select payload ->> 'text' from deliveries where status = 'kept'").fetchall()
        if found := re.search(r"/rate/[\w-]+", " ".join(text for (text,) in mails)):
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError("no mail with a link")


async def test_the_mail_about_a_solved_complaint_rates_it_without_signing_in_for_a_week(
    browser: httpx.AsyncClient, db: Database, world: World, owner_url: str
) -> None:
    acting = Acting(db, world)
    ticket_id = await acting.opened(category_id=world.category)
    await acting.do("agent", change_status, ticket_id, StatusChange(status="resolved", comment="A new card."))
    world.later(minutes=5)
    link = await rating_link(owner_url)
    assert "How did we handle your complaint?" in (await browser.get(link)).text
    assert (await browser.post(link, data={"comment": "Well"})).status_code == 422
    for score in ("5", "2"):
        assert (await browser.post(link, data={"score": score, "comment": "Well"})).headers["Location"] == link
    assert (await acting.seen("admin", ticket_id)).rating.score == 2  # type: ignore[union-attr]
    world.later(days=8)
    final = await browser.get(link)
    assert "This rating is final" in final.text
    assert (await browser.post(link, data={"score": "5"})).status_code == 422
    world.now += timedelta(days=30)
    over = await browser.get(link)
    assert (over.status_code, "This link is over" in over.text) == (404, True)


async def test_what_can_no_longer_be_reopened_goes_on_in_a_complaint_linked_to_it(
    browser: httpx.AsyncClient, db: Database, world: World
) -> None:
    acting = Acting(db, world)
    ticket_id = await acting.opened()
    await acting.do("admin", change_status, ticket_id, StatusChange(status="closed"))
    world.later(days=15)
    await sign_in(browser, "customer")
    page = await browser.get(f"/complaints/{ticket_id}")
    found = re.search(r"/complaints/new\?about=(RD-[\w-]+)", page.text)
    assert found
    assert found[1] in (await browser.get(found[0])).text
    done = await complain(browser, about=found[1])
    await sign_in(browser, "admin")
    made = (await browser.get(f"/api/tickets/{done.headers['Location'].rsplit('/', 1)[1]}")).json()
    links = (await browser.get(f"/api/tickets/{made['id']}/links")).json()["links"]
    assert [(link["kind"], link["id"]) for link in links] == [("related", ticket_id)]
