"""Agents at their desk: the queue, the ticket beside it, notes, drafts, and two who want the same."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.xdist_group("browser")


def choose(page: Page, field: str, value: str) -> None:
    """Choose in the side panel as with a mouse: it is saved at once."""
    page.locator(f"#set-{field}").dispatch_event("pointerdown")
    page.locator(f"#set-{field}").select_option(value)


def row(page: Page, subject: str) -> Locator:
    """The link of a row of the list."""
    return page.locator("#rows").get_by_role("link", name=subject)


def test_the_queue_is_by_deadline_its_clocks_tick_and_its_counts_are_the_api_s(visit: Any, desk: Desk) -> None:
    desk.opened("Later", priority="high")
    desk.opened("Soon", priority="critical")
    agent = visit()
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    expect(agent.page.locator("#rows .subject").first).to_have_text("Soon")
    time = agent.page.locator("#rows .row").first.locator("time")
    expect(time).to_have_text(re.compile(r"\d+ m \d\d s left"))
    before = time.text_content()
    expect(time).not_to_have_text(before or "", timeout=3_000)
    counts = agent.page.evaluate("() => fetch('/api/tickets/views').then((answer) => answer.json())")
    for view, count in counts.items():
        expect(agent.page.locator(f"#view-{view} .count")).to_have_text(str(count))
    agent.look()


def test_a_row_opens_beside_the_list_and_back_closes_it(visit: Any, desk: Desk) -> None:
    first, second = desk.opened("First"), desk.opened("Second")
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    row(agent.page, "First").click()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("First")
    expect(agent.page.locator("#rows .row")).to_have_count(2)
    assert f"/tickets/{first.number}" in agent.page.url
    agent.look()
    agent.page.keyboard.press("j")
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Second")
    assert f"/tickets/{second.number}" in agent.page.url
    agent.page.go_back()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("First")
    agent.page.reload()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("First")
    expect(agent.page.locator("#rows .row.current .subject")).to_have_text("First")
    agent.page.locator(".back").click()
    expect(agent.page.locator(".workbench")).to_have_count(0)
    expect(row(agent.page, "First")).to_be_focused()
    agent.look()


def test_an_internal_note_is_seen_by_those_it_names_and_never_by_the_customer(visit: Any, desk: Desk) -> None:
    number = desk.opened().number
    agent, lead, customer = visit(), visit(), visit()
    lead.sign_in("lead@example.com")
    lead.go("/tickets")
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{number}")
    agent.page.locator("#note-tab").click()
    agent.page.locator("#note").fill("Card in slot 3, @lead knows it.")
    agent.page.get_by_role("button", name="Add internal note").click()
    entry = agent.page.locator(".entry.internal")
    expect(entry).to_contain_text("Card in slot 3")
    assert entry.evaluate("(entry) => getComputedStyle(entry).borderStyle").startswith("dashed")
    expect(lead.page.locator("#bell .badge")).to_have_text("1")
    agent.look()
    customer.sign_in("customer@example.com")
    customer.go(f"/complaints/{number}")
    assert "slot 3" not in customer.page.content()


def test_mode_and_words_survive_reload_other_tickets_and_a_lost_session(visit: Any, desk: Desk) -> None:
    first, second = desk.opened("First"), desk.opened("Second")
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{first.number}?view=all")
    agent.page.keyboard.press("n")
    expect(agent.page.locator("#note")).to_be_focused()
    agent.page.keyboard.type("He called twice.")
    expect(agent.page.locator(".note-form .draft-state")).to_contain_text("Draft saved")
    agent.page.reload()
    expect(agent.page.locator("#note")).to_be_visible()
    expect(agent.page.locator("#note")).to_have_value("He called twice.")
    row(agent.page, "Second").click()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Second")
    row(agent.page, "First").click()
    expect(agent.page.locator("#note")).to_have_value("He called twice.")
    agent.context.clear_cookies()
    row(agent.page, "Second").click()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{first.number}")
    expect(agent.page.locator("#note")).to_have_value("He called twice.")
    agent.page.get_by_role("button", name="Add internal note").click()
    expect(agent.page.locator(".entry.internal")).to_contain_text("He called twice.")
    assert second.number not in agent.page.url


def test_a_changed_field_can_be_taken_back(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.route(re.compile("/set$"), lambda route: route.fulfill(status=418), times=1)
    choose(agent.page, "priority", "low")
    expect(agent.page.locator("#toasts .bad")).to_contain_text("did not work")
    agent.complaints.clear()
    choose(agent.page, "priority", "high")
    expect(agent.page.locator("#toasts")).to_contain_text("Priority changed.")
    expect(agent.page.locator("#head .chip.high")).to_be_visible()
    agent.look()
    agent.page.locator("#toasts button", has_text="Undo").click()
    expect(agent.page.locator("#head .chip.medium")).to_be_visible()
    assert desk.seen(ticket.id).priority == "medium"


def test_another_ones_change_is_shown_without_reload_and_touches_no_words(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent, lead = visit(viewport={"width": 1440, "height": 900}), visit(viewport={"width": 1440, "height": 900})
    for person, email in ((agent, "agent@example.com"), (lead, "lead@example.com")):
        person.sign_in(email)
        person.go(f"/tickets/{ticket.number}?view=all")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").fill("I am on it")
    expect(lead.page.locator("#writer")).to_have_text("Agent is writing a reply")
    choose(lead.page, "priority", "critical")
    expect(agent.page.locator("#head .chip.critical")).to_be_visible()
    expect(agent.page.locator(f"#t{ticket.id} .chip.critical")).to_be_visible()
    expect(agent.page.locator("#reply")).to_have_value("I am on it")
    desk.opened("A new one")
    expect(agent.page.locator("#rows .row")).to_have_count(1)


def test_people_are_named_in_notes_by_a_few_letters(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").press_sequentially("Ask @le")
    expect(agent.page.locator("#pick")).to_contain_text("write it as an internal note")
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#note")).to_be_focused()
    expect(agent.page.locator("#reply")).to_have_value("")
    expect(agent.page.locator("#pick").get_by_role("option")).to_contain_text("@lead")
    agent.look()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#note")).to_have_value("Ask @lead ")


def test_time_is_timed_and_typed_and_what_cannot_be_read_stays(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.get_by_role("button", name="Start the timer").click()
    agent.page.get_by_role("button", name="Stop the timer").click()
    expect(agent.page.locator("#toasts")).to_contain_text("Time written down.")
    agent.page.get_by_text("Write time down").click()
    agent.page.get_by_label("How long?").fill("soon")
    agent.page.get_by_role("button", name="Add", exact=True).click()
    expect(agent.page.locator("#duration-problem")).to_contain_text("1h 20m")
    expect(agent.page.get_by_label("How long?")).to_have_value("soon")
    agent.look()
    agent.page.get_by_label("How long?").fill("1h 20m")
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#side-time")).to_contain_text("1 h 20 m")
    agent.look()


def test_a_forbidden_file_is_named_and_stops_neither_the_words_nor_the_good_one(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = visit(viewport={"width": 1440, "height": 900})
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").fill("The bill is attached.")
    agent.page.locator("#reply-files").set_input_files(
        [
            {"name": "bill.txt", "mimeType": "text/plain", "buffer": b"Router, one, 40 EUR"},
            {"name": "run.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00\x03\x00\x00\x00"},
        ]
    )
    send = agent.page.get_by_role("button", name="Send to Customer")
    send.click()
    expect(agent.page.locator(".reply-form [role=alert]")).to_contain_text("run.exe")
    expect(agent.page.locator("#reply")).to_have_value("The bill is attached.")
    agent.look()
    send.click()
    expect(agent.page.locator(".entry.by-staff .files")).to_contain_text("bill.txt")
    agent.look()
