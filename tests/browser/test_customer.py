"""Customers: they register, look for an answer, complain once, attach, answer, are answered, and rate."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from api.canned.commands import create_canned_response
from api.canned.wire import NewCannedResponse
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.custom_fields.commands import create_custom_field
from api.custom_fields.wire import NewCustomField
from api.tickets.commands.status import change_status
from api.tickets.wire import StatusChange
from tests.api.attachments.files import picture
from tests.browser.desk import Desk
from tests.browser.people import Person
from tests.browser.test_budgets import Wire, settle

pytestmark = pytest.mark.xdist_group("browser")

PAGE_BYTES = 45_000
SUBJECT = "Router drops every night"
PHOTO = {"name": "photo.png", "mimeType": "image/png", "buffer": picture(size=(40, 30))}
PROGRAM = {"name": "clip.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00" * 500}


def register(person: Person, name: str = "Jane Smith", email: str = "jane@example.com") -> None:
    person.go("/register")
    person.page.get_by_label("Your name").fill(name)
    person.page.get_by_label("E-mail address").fill(email)
    person.page.get_by_label("Password").fill("a walk by the sea")
    person.page.get_by_role("button", name="Make an account").click()
    expect(person.page.get_by_text("No complaints yet")).to_be_visible()


def write(page: Page, subject: str = SUBJECT) -> None:
    page.get_by_label("What is it about?").fill(subject)
    page.get_by_label("What happened?").fill("Since **Sunday**, at two.")
    page.get_by_label("Subject area").select_option("Internet")


def send(page: Page) -> Locator:
    return page.locator("#complaint .button.main")


def publish(desk: Desk) -> None:
    answer = NewCannedResponse(
        title="The router drops: first steps", body="Wait *ten seconds*.", scope="global", is_published=True
    )
    desk.do("admin", create_canned_response, answer)


def number_of(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


def test_a_complaint_is_made_once_with_its_files_and_no_answer_stands_in_its_way(visit: Any, desk: Desk) -> None:
    publish(desk)
    field = NewCustomField(key="order", name="Order number", type="text", is_required=True, is_for_customers=True)
    desk.do("admin", create_custom_field, field)
    jane = visit()
    page = jane.page
    register(jane)
    jane.look()
    page.locator(".top .menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    jane.sign_in("jane@example.com", "a walk by the sea")
    page.get_by_role("link", name="New complaint").first.click()

    page.get_by_label("What is it about?").press_sequentially("router drops")
    expect(page.locator("#known summary")).to_have_text("The router drops: first steps")
    expect(page.locator("#known-count")).to_have_text("1 thing that may help")
    write(page)
    page.locator("#files").set_input_files([PHOTO, PROGRAM])
    expect(page.locator("#files-problem")).to_contain_text("clip")
    expect(page.locator("#kept li")).to_have_count(1)
    expect(page.get_by_label("What happened?")).to_have_value("Since **Sunday**, at two.")
    jane.look()
    page.locator("#complaint").evaluate("(form) => { form.noValidate = true; }")
    send(page).click()
    expect(page.get_by_label("Order number")).to_be_focused()
    expect(page.locator("#kept li")).to_have_count(1)
    page.get_by_label("Order number").fill("4711")
    send(page).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.locator("main")).to_contain_text(number_of(page))
    expect(page.locator("#about")).to_contain_text("4711")
    jane.look()
    with page.expect_download() as download:
        page.get_by_role("link", name="photo.png").click()
    assert download.value.suggested_filename == "photo.png"
    page.reload()
    jane.go("/complaints")
    expect(page.locator(".row")).to_have_count(1)

    jane.go("/complaints/new")
    page.get_by_label("What is it about?").press_sequentially("router drops again")
    page.get_by_role("button", name="Add to RD").click()
    expect(page.get_by_label("Your reply")).to_have_value("router drops again")
    assert not jane.complaints


def test_both_sides_see_the_other_answer_without_a_reload_and_notes_stay_inside(visit: Any, desk: Desk) -> None:
    ticket = desk.opened(SUBJECT)
    customer, agent = visit(), visit(viewport={"width": 1440, "height": 900})
    customer.sign_in("customer@example.com")
    customer.go("/complaints")
    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{ticket.number}")
    desk.do("agent", add_comment, ticket.id, NewComment(comment="Card zebra in slot three.", is_internal=True))
    desk.do("agent", add_comment, ticket.id, NewComment(comment="Which lights are on?"))
    desk.do("agent", change_status, ticket.id, StatusChange(status="pending"))
    expect(customer.page.locator(".row .dot")).to_be_visible()
    expect(customer.page.locator(".row .chip")).to_have_text("We are waiting for you")
    customer.page.get_by_role("link", name=SUBJECT).click()
    expect(customer.page.locator(".entry.by-staff")).to_contain_text("Which lights")
    customer.page.get_by_label("Your reply").fill("The red one.")
    customer.page.get_by_role("button", name="Send reply").click()
    expect(customer.page.locator(".standing .state")).to_have_text("We are working on it")
    expect(agent.page.locator(".entry.by-customer").last).to_contain_text("The red one.")

    customer.page.get_by_label("Your reply").fill("And")
    desk.do("agent", add_comment, ticket.id, NewComment(comment="We change the card tonight."))
    expect(customer.page.locator(".entry.by-staff").last).to_contain_text("tonight")
    expect(customer.page.get_by_label("Your reply")).to_have_value("And")
    assert "zebra" not in customer.page.content()
    customer.go("/complaints?q=zebra")
    expect(customer.page.get_by_role("heading", name="Nothing found")).to_be_visible()
    agent.go("/search?q=zebra")
    expect(agent.page.locator("main")).to_contain_text("Internal note")
    expect(agent.page.locator("main mark").first).to_have_text("zebra")
    assert not customer.complaints


def test_all_of_it_works_without_javascript(visit: Any, desk: Desk) -> None:
    publish(desk)
    without = {"java_script_enabled": False, "viewport": {"width": 390, "height": 800}}
    jane, agent = visit(**without), visit(**without)
    page = jane.page
    register(jane)
    jane.go("/complaints/new")
    write(page)
    page.get_by_role("button", name="Check known answers").click()
    expect(page.locator("#known summary")).to_have_text("The router drops: first steps")
    expect(page.get_by_label("What happened?")).to_have_value("Since **Sunday**, at two.")
    page.locator("#files").set_input_files([PHOTO, PROGRAM])
    send(page).click()
    expect(page.locator("#files-problem")).to_contain_text("clip")
    send(page).click()
    expect(page.get_by_role("link", name="photo.png")).to_be_visible()
    number = number_of(page)
    page.get_by_label("Your reply").fill("And on Monday.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".entry.by-customer")).to_have_count(2)

    agent.sign_in("agent@example.com")
    agent.go(f"/tickets/{number}")
    agent.page.locator("#reply-tab").click()
    agent.page.locator("#reply").fill("We changed the card.")
    agent.page.locator("#reply-status").select_option("resolved")
    agent.page.get_by_role("button", name="Send to Jane Smith").click()
    expect(agent.page.locator(".ticket-head .chip.resolved")).to_be_visible()

    jane.go(f"/complaints/{number}")
    page.get_by_role("link", name="How did we do?").click()
    page.get_by_label("5 Very good").check()
    page.get_by_role("button", name="Send my rating").click()
    expect(page.locator("#about")).to_contain_text("Very good")
    page.get_by_role("button", name="It is not solved: open it again").click()
    expect(page.locator(".standing")).to_contain_text("We are working on it")
    assert not jane.complaints
    assert not agent.complaints


def test_a_customers_pages_are_light_accessible_and_fit(visit: Any, desk: Desk) -> None:
    ticket = desk.opened(SUBJECT)
    for text in ("Which lights are on?", "And the cable?"):
        desk.do("agent", add_comment, ticket.id, NewComment(comment=text))
    desk.do("agent", change_status, ticket.id, StatusChange(status="resolved"))
    customer = visit()
    customer.sign_in("customer@example.com")
    settle(customer.page)
    wire = Wire(customer)
    here = f"/complaints/{ticket.number}"
    for path in (here, "/complaints/new", "/complaints"):
        wire.session.send("Network.clearBrowserCache")
        wire.again()
        customer.go(path)
        settle(customer.page)
        print(path, wire.bytes, len(wire.urls))
        assert wire.bytes <= PAGE_BYTES, (path, wire.bytes, wire.urls)
    for path in (here, f"{here}/rate", "/complaints?show=open", "/forgot", "/reset/nonsense", "/rate/nonsense"):
        customer.go(path)
        customer.look_everywhere()
