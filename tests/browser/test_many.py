"""Many tickets at once, canned words, and what is sent once."""

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from api.canned.commands import create_canned_response
from api.canned.wire import Changes, NewCannedResponse
from api.tickets.commands.change import update_ticket
from api.tickets.wire import TicketPatch
from tests.browser.desk import Desk
from tests.browser.test_desk import choose

pytestmark = pytest.mark.xdist_group("browser")

WIDE = {"viewport": {"width": 1440, "height": 900}}


def test_of_twenty_tickets_those_that_may_change_do_and_undo_skips_what_changed_since(
    visit: Any, desk: Desk, owner_url: str
) -> None:
    tickets = [desk.opened(f"Ticket {n:02}") for n in range(18)]
    theirs = [desk.opened(f"Theirs {n}", category_id=None, team_id=desk.world.other_team) for n in range(2)]
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    ticks = agent.page.locator("#rows input[name=ticket]")
    expect(ticks).to_have_count(20)
    ticks.first.click()
    ticks.last.click(modifiers=["Shift"])
    expect(agent.page.locator("#bulk-count")).to_have_text("20 selected")
    agent.look()
    agent.page.locator("#bulk-priority").select_option("high")
    agent.page.locator("#bulk-apply").click()
    expect(agent.page.locator("#toasts")).to_contain_text("18 changed, 2 not")
    agent.look()
    reasons = agent.page.locator("#toasts a").get_attribute("href")
    assert {desk.seen(ticket.id).priority for ticket in tickets} == {"high"}
    assert {desk.seen(ticket.id).priority for ticket in theirs} == {"medium"}
    changed = desk.seen(tickets[3].id)
    desk.do("lead", update_ticket, changed.id, TicketPatch(version=changed.version, priority="low"))
    agent.page.locator("#toasts button", has_text="Undo").click()
    expect(agent.page.locator("#toasts")).to_contain_text("17 taken back")
    expect(agent.page.locator("#toasts")).to_contain_text(changed.number)
    assert [desk.seen(ticket.id).priority for ticket in tickets].count("medium") == 17
    assert desk.seen(changed.id).priority == "low"
    agent.go(reasons)
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("18 changed, 2 not")
    expect(agent.page.locator(".outcome").first).to_contain_text("belongs to another team")
    agent.look()
    with psycopg.connect(owner_url) as conn:
        row = conn.execute(
            "select count(*) from audit_logs where action = 'ticket.priority_changed' and actor_id = %s",
            [desk.world.agent],
        ).fetchone()
    assert row == (18 + 17,)


def test_what_customers_are_told_of_is_asked_before_and_names_how_many(visit: Any, desk: Desk) -> None:
    tickets = [desk.opened(f"Ticket {n}") for n in range(2)]
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    for tick in agent.page.locator("#rows input[name=ticket]").all():
        tick.check()
    agent.page.locator("#bulk-none").click()
    expect(agent.page.locator("#bulk-bar")).to_be_hidden()
    agent.page.locator("#rows input[name=ticket]").first.check()
    agent.page.locator("#bulk-all").click()
    expect(agent.page.locator("#bulk-count")).to_have_text("2 selected")
    agent.page.locator("#bulk-status").select_option("closed")
    agent.page.locator("#bulk-apply").click()
    dialog = agent.page.locator("#dialog")
    expect(dialog).to_contain_text("This cannot be undone.")
    agent.look()
    dialog.get_by_role("button", name="Close 2 tickets").click()
    expect(agent.page.locator("#toasts")).to_contain_text("2 changed")
    expect(agent.page.locator("#toasts button", has_text="Undo")).to_have_count(0)
    assert {desk.seen(ticket.id).status for ticket in tickets} == {"closed"}


def test_a_canned_response_goes_in_at_the_caret_with_the_names_filled_in(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    words = NewCannedResponse(shortcut="ref", title="Refund", body="Dear {{ customer.name }}, you get it back.")
    desk.do("agent", create_canned_response, words)
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").press_sequentially("Hello. /ref")
    expect(agent.page.locator("#pick")).to_contain_text("Refund")
    agent.look()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#reply")).to_have_value("Hello. Dear Customer, you get it back.")


def test_a_macro_says_what_it_changes_and_changes_it_when_it_is_sent(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    macro = NewCannedResponse(
        shortcut="wait", title="Waiting", body="Please send us the bill.",
        changes=Changes(status="pending", add_tags=["bill"]),
    )  # fmt: skip
    desk.do("agent", create_canned_response, macro)
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").press_sequentially("/wait")
    expect(agent.page.locator("#pick")).to_contain_text("Waiting")
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator(".reply-form .macro")).to_contain_text("pending")
    expect(agent.page.locator(".reply-form .macro")).to_contain_text("bill")
    agent.page.keyboard.press("Control+Enter")
    expect(agent.page.locator(".entry.by-staff")).to_contain_text("Please send us the bill.")
    expect(agent.page.locator("#head .chip.pending")).to_be_visible()
    seen = desk.seen(ticket.id)
    assert (seen.status, seen.tags, len(seen.comments)) == ("pending", ["bill"], 1)


def test_a_reply_whose_answer_was_lost_is_sent_again_and_is_one(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").fill("Once only.")
    expect(agent.page.locator(".reply-form .draft-state")).to_contain_text("Draft saved")

    def lose(route: Any) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    agent.page.route(re.compile("/reply$"), lose, times=1)
    agent.page.get_by_role("button", name="Send to Customer").click()
    expect(agent.page.locator(".reply-form .draft-state")).to_contain_text("Your text is safe")
    expect(agent.page.locator("#reply")).to_have_value("Once only.")
    agent.page.get_by_role("button", name="Try again").click()
    expect(agent.page.locator(".entry.by-staff")).to_have_count(1)
    assert len(desk.seen(ticket.id).comments) == 1


def test_it_is_saved_at_once_for_the_pointer_and_by_enter_for_the_keyboard(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#set-priority").focus()
    agent.page.keyboard.press("Home")
    assert desk.seen(ticket.id).priority == "medium"
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#head .chip.critical")).to_be_visible()
    choose(agent.page, "priority", "low")
    expect(agent.page.locator("#head .chip.low")).to_be_visible()
