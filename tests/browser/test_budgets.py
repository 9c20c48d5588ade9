"""What a page may cost: counts and bytes, which do not flake. Times are for the benchmarks."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from api.web.assets import load_assets
from tests.browser.desk import Desk
from tests.browser.people import Person

pytestmark = pytest.mark.xdist_group("browser")

FIRST_VISIT_BYTES, FIRST_VISIT_REQUESTS, NEXT_VISIT_BYTES = 60_000, 10, 15_000
NODES = 1_500
SHIFT = 0.02
JS_BYTES, JS_PACKED = 32_000, 12_000
CSS_BYTES, CSS_PACKED = 32_000, 8_000
LIVE_BYTES = 2_000
DESK = ("page", "sla", "keys", "list", "live", "palette", "composer", "toast")
"""Scripts of the desk; others have pages of their own."""
OBSERVE = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


class Wire:
    """Bytes and requests of a browser, as the network counts them."""

    def __init__(self, person: Person) -> None:
        self.urls: list[str] = []
        self.bytes = 0
        self.session = session = person.context.new_cdp_session(person.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda event: self.urls.append(event["request"]["url"]))
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: Any) -> None:
        self.bytes += event["encodedDataLength"]

    def again(self) -> None:
        self.urls, self.bytes = [], 0


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)


def test_a_queue_of_fifty_is_light_and_does_not_jump(visit: Any, desk: Desk) -> None:
    for n in range(51):
        desk.opened(f"Ticket {n:02}")
    fresh = visit(viewport={"width": 1440, "height": 900})
    fresh.sign_in("agent@example.com")
    fresh.page.wait_for_load_state("networkidle")
    wire = Wire(fresh)
    wire.session.send("Network.clearBrowserCache")
    wire.again()
    fresh.go("/tickets?view=all")
    settle(fresh.page)
    first = (wire.bytes, sorted({url.rsplit("/", 1)[1] for url in wire.urls}))
    expect(fresh.page.locator("#rows .row")).to_have_count(50)
    assert first[0] <= FIRST_VISIT_BYTES, first
    assert len(first[1]) <= FIRST_VISIT_REQUESTS, " ".join(first[1])
    nodes = fresh.page.evaluate("() => document.querySelectorAll('*').length")
    assert nodes <= NODES, nodes
    wire.again()
    fresh.go("/tickets?view=all")
    fresh.page.evaluate(OBSERVE)
    settle(fresh.page)
    assert wire.bytes <= NEXT_VISIT_BYTES, (wire.bytes, wire.urls)
    assert fresh.page.evaluate("() => window.shifted") <= SHIFT
    fresh.page.locator("#more").click()
    expect(fresh.page.locator("#rows .row")).to_have_count(51)
    print(f"first visit {first[0]} bytes in {len(first[1])} requests, next {wire.bytes}, {nodes} nodes")


def test_what_happens_elsewhere_costs_a_list_one_small_request(visit: Any, desk: Desk) -> None:
    desk.opened("First")
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    settle(agent.page)
    wire = Wire(agent)
    desk.opened("Second")
    expect(agent.page.locator("#news")).to_contain_text("1 new")
    settle(agent.page)
    asked = [url for url in wire.urls if "/tickets?" in url]
    assert len(asked) == 1, wire.urls
    assert wire.bytes <= LIVE_BYTES, (wire.bytes, wire.urls)
    expect(agent.page.locator("#rows .row")).to_have_count(1)
    agent.page.keyboard.press(".")
    expect(agent.page.locator("#rows .row")).to_have_count(2)


def test_scripts_and_style_sheet_stay_small() -> None:
    files = load_assets().files
    scripts = [files[f"js/{name}.js"].body for name in DESK]
    sheet = files["app.css"].body
    assert sum(map(len, scripts)) <= JS_BYTES
    assert len(gzip.compress(b"".join(scripts), 9)) <= JS_PACKED
    assert len(sheet) <= CSS_BYTES
    assert len(gzip.compress(sheet, 9)) <= CSS_PACKED


def test_the_desk_is_accessible_and_fits(visit: Any, desk: Desk) -> None:
    ticket = desk.opened("Router drops every night", priority="critical")
    agent = visit()
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}?view=all")
    agent.look_everywhere()
    agent.page.locator("#note-tab").click()
    agent.look_everywhere()
    for path in (
        *(f"/tickets/{ticket.number}/{act}" for act in ("resolve", "why", "split", "canned")),
        "/search?q=router",
    ):
        agent.go(path)
        agent.look_everywhere()
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#resolve").click()
    expect(agent.page.locator("#dialog")).to_be_visible()
    agent.look_everywhere()
