"""Administrators at their browser: promises with their consequences, workflows tried first, webhooks that fail, the chain."""

import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from api.events.seal import seal
from api.installation.commands import update_settings
from api.installation.rules import InstallationPatch
from tests.administration import ALIKE, PAGES
from tests.browser.desk import Desk

pytestmark = pytest.mark.xdist_group("browser")

GONE, NO_CONTENT = 410, 204


class Endpoint(ThreadingHTTPServer):
    """Another system, which answers every call by `status`."""

    status = GONE


class _Answer(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Generator[Endpoint]:
    server = Endpoint(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_changed_promise_says_what_it_moves_and_moves_it_while_the_agent_looks(visit: Any, desk: Desk) -> None:
    ticket = desk.opened(priority="critical")
    agent, admin = visit(viewport={"width": 1440, "height": 900}), visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    chip = agent.page.locator("#head .chip time").first
    expect(chip).to_contain_text("left")
    due = chip.get_attribute("datetime")
    admin.sign_in("admin@example.com")
    admin.go("/admin/sla")
    admin.page.get_by_role("link", name="Critical").click()
    admin.page.locator("#target-first_response").fill("soon")
    admin.page.get_by_role("button", name="Preview").click()
    expect(admin.page.locator("#target-first_response")).to_be_focused()
    expect(admin.page.locator("#target-first_response-problem")).to_be_visible()
    admin.page.locator("#target-first_response").fill("45 m")
    admin.page.get_by_role("button", name="Preview").click()
    preview = admin.page.locator("#preview")
    expect(preview).to_contain_text("open clock re-bases, on 1 ticket")
    expect(preview).to_contain_text("never paused")
    expect(admin.page.locator(".problem")).to_have_count(0)
    admin.look()
    admin.page.get_by_role("button", name="Save").click()
    expect(admin.page.locator(".message.good")).to_contain_text("Saved.")
    expect(admin.page.locator("main")).to_contain_text("sla_policy.updated")
    expect(chip).not_to_have_attribute("datetime", due or "")
    expect(chip).to_contain_text("4")


def test_what_was_tried_happens_what_failed_is_sent_again_and_a_changed_row_is_named(
    visit: Any, desk: Desk, endpoint: Endpoint, superuser_url: str
) -> None:
    desk.opened("Cable cut", priority="critical")
    admin = visit(viewport={"width": 1440, "height": 900})
    page = admin.page
    admin.sign_in("admin@example.com")

    admin.go("/admin/workflows/new")
    page.get_by_label("Name", exact=True).fill("Urgent ones")
    page.locator("#add-leaf-c").click()
    page.locator('[id="c.0-field"]').select_option("priority")
    page.locator('[id="c.0-value"]').select_option("critical")
    page.locator("#add-action-add_tags").click()
    page.locator('[id="a.0:tags"]').fill("urgent")
    page.get_by_role("button", name="Dry run").click()
    expect(page.locator("#preview")).to_contain_text("acted on 1 of the last 1 tickets")
    expect(page.locator("#preview")).to_contain_text("Cable cut")
    admin.look()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".message.good")).to_contain_text("Switched on.")
    assert desk.seen(desk.opened("Cable cut again", priority="critical").id).tags == ["urgent"]
    page.get_by_role("link", name="What it did").click()
    expect(page.locator("tbody tr")).to_have_count(1)

    desk.do("admin", update_settings, InstallationPatch(allowed_webhook_hosts=["127.0.0.1"]))
    admin.go("/admin/webhooks/new")
    page.get_by_label("Name", exact=True).fill("Orders")
    page.locator("#url").fill(f"http://127.0.0.1:{endpoint.server_port}/hook")
    page.get_by_label("everything").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator(".message.good")).to_contain_text("A test is on its way.")
    _until(page, "Given up")
    expect(page.locator("main")).to_contain_text("Switched off by itself")
    page.locator("tbody a").first.click()
    expect(page.locator("tbody")).to_contain_text(str(GONE))
    admin.look()
    endpoint.status = NO_CONTENT
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("button", name="Switch on").click()
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Send again").click()
    _until(page, str(NO_CONTENT))
    expect(page.locator("tbody tr")).to_have_count(2)

    desk.do("admin", seal)
    admin.go("/admin/audit")
    page.get_by_role("link", name="Verify chain").click()
    expect(page.locator(".message.good")).to_contain_text("Intact: 1 seals")
    admin.look()
    with psycopg.connect(superuser_url) as conn:
        conn.execute("set session_replication_role = replica")
        row = conn.execute(
            "update audit_logs set ip = '10.0.0.1' where id = (select min(id) from audit_logs) returning id"
        ).fetchone()
    page.get_by_role("link", name="Verify again").click()
    expect(page.locator(".message.bad")).to_contain_text(f"Row {row and row[0]} was changed")


def _until(page: Any, words: str) -> None:
    """Load the page anew until it says so."""
    for _ in range(40):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"The page never said {words}.")


def test_every_page_is_accessible_and_fits_in_light_and_dark_wide_and_narrow(visit: Any, desk: Desk) -> None:
    desk.opened()
    admin = visit()
    admin.sign_in("admin@example.com")
    for path in PAGES:
        admin.go(f"/admin{path}")
        admin.look() if path.startswith(ALIKE) else admin.look_everywhere()
