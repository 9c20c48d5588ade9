"""The keyboard alone, the palette, and a telephone."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.xdist_group("browser")

WIDE = {"viewport": {"width": 1440, "height": 900}}
OUTLINED = """() => {
  const focused = document.activeElement;
  const seen = [focused, focused.closest(".row")].filter(Boolean);
  return focused !== document.body && seen.some((each) => getComputedStyle(each).outlineStyle !== "none" || each.matches("h1"));
}"""
SMALL = """() => [...document.querySelectorAll("main a, main button, main select, main summary, main input:not([type=hidden])")]
  .filter((each) => each.checkVisibility() && !each.closest(".sr, p, dl, .mini, .meta") && !each.matches(".subject, .sr"))
  .map((each) => [each.outerHTML.slice(0, 90), Math.round(Math.max(each.getBoundingClientRect().height,
      ...[...each.parentElement.matches("label.check") ? [each.parentElement] : []].map((label) => label.getBoundingClientRect().height)))])
  .filter(([html, height]) => height < 44 && !html.includes('type="checkbox"'))"""


def seen(page: Page) -> None:
    page.wait_for_function(OUTLINED, timeout=5_000)


def held(page: Page, late: list[Route]) -> Route:
    """The request that is kept waiting, once it was made."""
    while not late:
        page.wait_for_timeout(20)
    return late.pop()


def test_a_day_s_work_by_keyboard_alone(visit: Any, desk: Desk) -> None:
    first, second = desk.opened("First"), desk.opened("Second")
    agent = visit(**WIDE)
    keys = agent.page.keyboard
    agent.go("/sign-in")
    agent.page.get_by_label("E-mail address").focus()
    keys.type("lead@example.com")
    keys.press("Tab")
    keys.type("a walk by the river")
    keys.press("Enter")
    expect(agent.page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    agent.go("/tickets?view=all")
    keys.press("j")
    seen(agent.page)
    keys.press("Enter")
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("First")
    seen(agent.page)
    keys.press("i")
    expect(agent.page.locator("#toasts")).to_contain_text("This ticket is yours now.")
    keys.press("n")
    expect(agent.page.locator("#note")).to_be_focused()
    seen(agent.page)
    keys.type("Same card again.")
    keys.press("Control+Enter")
    expect(agent.page.locator(".entry.internal")).to_contain_text("Same card again.")
    seen(agent.page)
    keys.press("r")
    expect(agent.page.locator("#reply")).to_be_focused()
    keys.type("It is changed.")
    for _ in range(3):
        keys.press("Tab")
        seen(agent.page)
        if agent.page.evaluate("() => document.activeElement.id") == "reply-status":
            break
    keys.type("Res")
    keys.press("Tab")
    seen(agent.page)
    keys.press("Enter")
    expect(agent.page.locator(".entry.by-staff")).to_contain_text("It is changed.")
    keys.press("j")
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Second")
    assert desk.seen(first.id).status == "resolved"
    assert desk.seen(second.id).status != "resolved"


def test_keys_are_listed_can_be_switched_off_and_the_palette_assigns(visit: Any, desk: Desk) -> None:
    ticket = desk.opened("First")
    desk.opened("Second")
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}?view=all")
    expect(agent.page.locator("#rows .row")).to_have_count(2)
    agent.page.keyboard.press("?")
    expect(agent.page.locator("#dialog")).to_contain_text("Previous ticket")
    agent.look()
    agent.page.get_by_role("button", name="Turn single keys off").click()
    agent.go(f"/tickets/{ticket.number}?view=all")
    expect(agent.page.locator("#rows .row")).to_have_count(2)
    agent.page.keyboard.press("j")
    agent.page.wait_for_timeout(300)
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("First")
    agent.page.keyboard.press("Control+k")
    palette = agent.page.locator("#palette")
    expect(palette.get_by_role("option").first).to_be_visible()
    agent.look()
    agent.page.keyboard.type("assign")
    expect(palette.get_by_role("option").first).to_contain_text("Assign to")
    agent.page.keyboard.press("Tab")
    agent.page.keyboard.type("Lead")
    expect(palette.get_by_role("option")).to_have_count(1)
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#head")).to_contain_text("with Lead")
    assert desk.seen(ticket.id).assigned_agent.id == desk.world.lead  # type: ignore[union-attr]


def test_the_palette_finds_tickets_by_the_last_words_typed_however_slow_its_script_and_its_answers(
    visit: Any, desk: Desk
) -> None:
    ticket = desk.opened("Router drops every night")
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    late: list[Route] = []
    for slow in ("**/palette.js", "**/commands?q=*"):
        agent.page.route(slow, lambda route: late.append(route), times=1)
    agent.page.keyboard.press("Control+k")
    agent.page.keyboard.type("rou")
    held(agent.page, late).continue_()
    expect(agent.page.locator("#palette")).to_contain_text("No match")
    agent.page.keyboard.type("ter")
    held(agent.page, late).continue_()
    found = agent.page.locator("#palette").get_by_role("option", name=ticket.number)
    expect(found).to_be_visible()
    found.click()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Router drops every night")


def test_on_a_telephone_the_list_keeps_its_place_and_what_is_touched_is_large(visit: Any, desk: Desk) -> None:
    for n in range(14):
        desk.opened(f"Ticket {n:02}")
    agent = visit(viewport={"width": 390, "height": 800}, has_touch=True)
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    agent.look()
    assert not agent.page.evaluate(SMALL)
    agent.page.get_by_role("link", name="Ticket 10").scroll_into_view_if_needed()
    before = agent.page.evaluate("() => scrollY")
    assert before > 0
    agent.page.get_by_role("link", name="Ticket 10").tap()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Ticket 10")
    expect(agent.page.locator("#rows")).to_be_hidden()
    agent.look()
    assert not agent.page.evaluate(SMALL)
    agent.page.locator("#reply-tab").tap()
    agent.page.locator("#reply").fill("On my way.")
    agent.page.get_by_role("button", name="Send to Customer").tap()
    expect(agent.page.locator(".entry.by-staff")).to_contain_text("On my way.")
    agent.look()
    agent.page.go_back()
    expect(agent.page.get_by_role("link", name="Ticket 10")).to_be_in_viewport()
    assert abs(agent.page.evaluate("() => scrollY") - before) < 40
