"""The journey the product is for: a customer complains, an agent answers, the customer sees it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person

pytestmark = pytest.mark.xdist_group("browser")

SUBJECT = "Router drops every night"


def register(person: Person, name: str, email: str) -> None:
    person.go("/register")
    person.page.get_by_label("Your name").fill(name)
    person.page.get_by_label("E-mail address").fill(email)
    person.page.get_by_label("Password").fill("a walk by the sea")
    person.page.get_by_role("button", name="Make an account").click()
    expect(person.page.get_by_role("heading", name="My complaints")).to_be_visible()


def complain(person: Person) -> str:
    """Send a complaint, about something the agent's team answers for; its number."""
    person.go("/complaints/new")
    person.page.get_by_label("What is it about?").fill(SUBJECT)
    person.page.get_by_label("What happened?").fill("Since **Sunday**, at two.")
    person.page.get_by_label("Subject area").select_option("Internet")
    person.page.get_by_role("button", name="Send complaint").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    return person.page.url.rsplit("/", 1)[1]


def test_a_customer_complains_an_agent_answers_the_customer_sees_it(visit: Any) -> None:
    jane, agent = visit(), visit()
    jane.go("/sign-in")
    jane.look()
    register(jane, "Jane Smith", "jane@example.com")
    jane.look()
    number = complain(jane)
    jane.look()

    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    agent.look()
    agent.page.get_by_role("link", name=SUBJECT).click()
    agent.look()
    agent.page.locator("#note-tab").click()
    agent.page.locator("#note").fill("Card in slot 3 again.")
    agent.page.get_by_role("button", name="Add internal note").click()
    expect(agent.page.locator(".entry.internal")).to_contain_text("Card in slot 3")
    agent.look()
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").fill("We change the card *tonight*.")
    agent.page.locator("#reply-status").select_option("pending")
    agent.page.get_by_role("button", name="Send to Jane Smith").click()
    expect(agent.page.locator(".entry.internal")).to_contain_text("Card in slot 3")
    expect(agent.page.locator(".ticket-head .chip.pending")).to_be_visible()
    agent.look()

    jane.go(f"/complaints/{number}")
    expect(jane.page.locator(".entry.by-staff")).to_contain_text("We change the card tonight.")
    expect(jane.page.locator(".standing")).to_contain_text("We are waiting for you")
    assert "slot 3" not in jane.page.content()
    jane.look()
    jane.page.get_by_role("button", name="My problem is solved").click()
    expect(jane.page.locator(".standing")).to_contain_text("We believe this is solved")
    jane.look()


def test_two_who_change_one_field_see_both_values(visit: Any) -> None:
    jane, first, second = visit(), visit(), visit()
    register(jane, "Jane Smith", "jane@example.com")
    number = complain(jane)
    for person, email in ((first, "agent@example.com"), (second, "lead@example.com")):
        person.sign_in(email)
        person.go(f"/tickets/{number}/edit")
    first.page.get_by_label("Priority").select_option("critical")
    first.page.get_by_role("button", name="Save").click()
    expect(first.page.locator(".ticket-head .chip.critical")).to_be_visible()
    second.page.get_by_label("Priority").select_option("low")
    second.page.get_by_role("button", name="Save").click()
    expect(second.page.locator(".compare")).to_contain_text("Critical")
    expect(second.page.locator(".compare")).to_contain_text("Low")
    second.look()
    second.page.get_by_role("button", name="Use mine").click()
    expect(second.page.locator(".ticket-head .chip.low")).to_be_visible()


PAGES = {
    "visitor": ["/sign-in", "/register"],
    "customer": ["/complaints", "/complaints/new", "/notifications", "/preferences", "/nowhere"],
    "agent": [
        "/tickets",
        "/tickets?view=breached",
        "/tickets/new",
        "/search",
        "/commands",
        "/shortcuts",
    ],
}


@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible_and_fits(visit: Any, who: str) -> None:
    person = visit()
    if who != "visitor":
        person.sign_in(f"{who}@example.com")
    for path in PAGES[who]:
        person.go(path)
        person.look_everywhere()


def test_who_is_not_signed_in_is_sent_to_do_so_and_back(visit: Any) -> None:
    agent = visit()
    agent.go("/tickets?view=all")
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    agent.page.get_by_label("E-mail address").fill("agent@example.com")
    agent.page.get_by_label("Password").fill("a walk by the river")
    agent.page.get_by_role("button", name="Sign in").click()
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("All tickets")
    agent.page.locator(".top .menu summary").click()
    agent.page.get_by_role("button", name="Sign out").click()
    agent.go("/tickets")
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Sign in")
