"""The page of preferences: what one is told by which way, quiet hours, and the browsers that are told."""

from typing import Any

import httpx
import msgspec
import pytest

from api.servers.stores import new_push_key
from api.settings import Settings
from tests.api.notifications.test_push import PUSH, Browser
from tests.api.web.test_pages import browser, sign_in, token

__all__ = ["browser"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, push_key=new_push_key())


async def choices(browser: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await browser.get("/api/notifications/preferences")
    return {choice["topic"]: choice for choice in answer.json()["choices"]}


async def test_the_grid_keeps_what_is_ticked_and_the_hours(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "agent")
    page = await browser.get("/preferences")
    assert 'value="assigned:push" checked' in page.text and 'value="created:' not in page.text
    form = {"csrf_token": token(page), "told": ["mention:in_app", "mention:push"], "weekdays": ["6", "7"]}
    refused = await browser.post("/preferences/notifications", data=form | {"starts_at": "22:00"})
    assert (
        refused.status_code == 422
        and 'value="22:00"' in refused.text
        and 'value="mention:email" checked' not in refused.text
    )
    saved = await browser.post("/preferences/notifications", data=form | {"starts_at": "22:00", "ends_at": "07:00"})
    assert saved.status_code == 303
    assert (await choices(browser))["mention"] == {
        "topic": "mention", "in_app": True, "email": False, "push": True, "is_required": False
    }  # fmt: skip
    assert not (await choices(browser))["assigned"]["email"]
    quiet = (await browser.get("/api/notifications/preferences")).json()["quiet"]
    assert quiet == {"starts_at": "22:00", "ends_at": "07:00", "weekdays": [6, 7]}


async def test_a_customer_keeps_the_receipt_whatever_is_sent(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "customer")
    page = await browser.get("/preferences")
    assert 'value="created:email" checked disabled' in page.text and "at_risk:" not in page.text
    assert 'id="reports"' not in page.text
    saved = await browser.post("/preferences/notifications", data={"csrf_token": token(page)})
    assert saved.status_code == 303
    found = await choices(browser)
    assert found["created"]["email"] and not found["comment_added"]["email"]


async def test_staff_choose_pages_of_the_dashboards_by_e_mail(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "agent")
    page = await browser.get("/preferences")
    assert 'value="backlog:weekly"><' in page.text
    form = {"csrf_token": token(page), "reported": ["backlog:weekly", "topics:monthly"]}
    assert (await browser.post("/preferences/reports", data=form)).status_code == 303
    rows = (await browser.get("/api/notifications/reports")).json()["reports"]
    assert {row["page"]: (row["weekly"], row["monthly"]) for row in rows if row["weekly"] or row["monthly"]} == {
        "backlog": (True, False), "topics": (False, True)
    }  # fmt: skip


async def test_a_browser_is_asked_by_a_button_and_can_be_removed(browser: httpx.AsyncClient) -> None:
    worker = await browser.get("/service-worker.js")
    assert (
        worker.headers["content-type"].startswith("text/javascript") and worker.headers["cache-control"] == "no-cache"
    )
    await sign_in(browser, "agent")
    page = await browser.get("/preferences")
    assert 'data-push="begin"' in page.text
    answer = await browser.post(
        PUSH,
        json=Browser("https://push.example.com/x").subscription(),
        headers={"X-CSRF-Token": token(page), "Origin": "http://testserver"},
    )
    assert answer.status_code == 201, answer.text
    page = await browser.get("/preferences")
    assert "Firefox, Linux" in page.text
    gone = await browser.post(f"/preferences/browsers/{answer.json()['id']}/remove", data={"csrf_token": token(page)})
    assert gone.status_code == 303
    assert "Firefox, Linux" not in (await browser.get("/preferences")).text
