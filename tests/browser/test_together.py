"""Two at one desk: who is there, who was faster, what came while one wrote; and what a broken line or server costs: nothing."""

import os
import signal
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from api.auth.passwords import hash_password
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.servers.processes import free_port, stop
from api.settings import Settings
from api.tickets.commands.change import update_ticket
from api.tickets.wire import TicketPatch
from tests.browser.desk import Desk
from tests.browser.people import PASSWORD, Person
from tests.browser.test_desk import choose
from tests.serving import start_api

pytestmark = pytest.mark.xdist_group("browser")

WIDE = {"viewport": {"width": 1440, "height": 900}}


def at_desk(visit: Any, who: str, path: str) -> Person:
    """That person, signed in, at that page."""
    person = visit(**WIDE)
    person.sign_in(f"{who}@example.com")
    person.go(path)
    return person


def write(page: Page, text: str) -> None:
    """Begin a reply."""
    page.locator("#reply-tab").click()
    page.locator("#reply").fill(text)


class Line:
    """The WebSocket of a page, which can be cut."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self.ends: list[WebSocketRoute] = []
        page.route_web_socket("**/ws", self._opened)

    def _opened(self, end: WebSocketRoute) -> None:
        if self.is_cut:
            end.close()
        else:
            end.connect_to_server()
            self.ends.append(end)

    def cut(self) -> None:
        self.is_cut = True
        for end in self.ends:
            end.close()
        self.ends.clear()

    def mend(self) -> None:
        self.is_cut = False


def test_each_sees_who_looks_and_who_writes_also_in_the_list(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    agent = at_desk(visit, "agent", f"/tickets/{ticket.number}")
    lead = at_desk(visit, "lead", f"/tickets/{ticket.number}")
    watching = at_desk(visit, "admin", "/tickets?view=all")
    expect(agent.page.locator("#presence .avatar")).to_have_attribute("title", "Lead looks at this")
    expect(lead.page.locator("#presence .avatar")).to_have_attribute("title", "Agent looks at this")
    write(agent.page, "Let me see")
    expect(lead.page.locator("#writer")).to_have_text("Agent is writing a reply")
    expect(watching.page.locator(f"#t{ticket.id} .avatar")).to_have_count(2)
    desk.do("admin", update_ticket, ticket.id, TicketPatch(priority="critical", version=desk.seen(ticket.id).version))
    expect(lead.page.locator("#head .chip.critical")).to_be_visible()
    expect(watching.page.locator(f"#t{ticket.id} .chip.critical")).to_be_visible()
    expect(lead.page.locator("#presence .avatar")).to_have_attribute("title", "Agent is writing a reply")
    expect(watching.page.locator(f"#t{ticket.id} .avatar")).to_have_count(2)
    for person in (agent, lead, watching):
        person.look()


def test_who_is_second_sees_both_values_and_may_insist(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    first, second = visit(**WIDE), visit(**WIDE)
    Line(second.page).cut()
    for person, who in ((first, "lead"), (second, "agent")):
        person.sign_in(f"{who}@example.com")
        person.go(f"/tickets/{ticket.number}")
    write(second.page, "Half a sentence")
    choose(first.page, "priority", "critical")
    expect(first.page.locator("#head .chip.critical")).to_be_visible()
    choose(second.page, "priority", "low")
    panel = second.page.locator(".conflict")
    for words in ("Medium", "Critical", "Low", "Lead"):
        expect(panel).to_contain_text(words)
    second.look()
    panel.get_by_role("button", name="Use mine").click()
    expect(second.page.locator("#head .chip.low")).to_be_visible()
    for change in ("from Medium to Critical", "from Critical to Low"):
        expect(second.page.locator("#thread")).to_contain_text(f"changed the priority {change}")
    expect(second.page.locator("#reply")).to_have_value("Half a sentence")


def test_a_reply_that_lands_while_one_writes_is_shown_and_sending_asks_once(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    lead = at_desk(visit, "lead", f"/tickets/{ticket.number}")
    expect(lead.page.locator("#head .chip.assigned")).to_be_visible()
    write(lead.page, "We come on Monday.")
    desk.do("agent", add_comment, ticket.id, NewComment(comment="I called her."))
    expect(lead.page.locator("#arrived")).to_contain_text("Somebody answered while you were writing")
    expect(lead.page.locator("#thread")).to_contain_text("I called her.")
    expect(lead.page.locator("#reply")).to_have_value("We come on Monday.")
    lead.look()
    send = lead.page.get_by_role("button", name="Send to Customer")
    send.click()
    expect(lead.page.locator("#reply")).to_have_value("We come on Monday.")
    assert len(desk.seen(ticket.id).comments) == 1
    send.click()
    expect(lead.page.locator("#thread")).to_contain_text("We come on Monday.")
    assert len(desk.seen(ticket.id).comments) == 2


def test_a_dialog_keeps_its_words_while_others_change_what_lies_behind(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    lead = at_desk(visit, "lead", f"/tickets/{ticket.number}")
    lead.page.locator("#resolve").click()
    words = lead.page.get_by_label("Last words to the customer")
    words.fill("It holds since Monday.")
    desk.do("agent", add_comment, ticket.id, NewComment(comment="I called her."))
    expect(lead.page.locator("#thread")).to_contain_text("I called her.")
    expect(words).to_have_value("It holds since Monday.")
    lead.page.get_by_role("button", name="Resolve and tell the customer").click()
    expect(lead.page.locator("#dialog")).to_be_hidden()
    expect(lead.page.locator("#thread")).to_contain_text("It holds since Monday.")


def test_what_happened_while_the_line_was_cut_is_caught_up_once(visit: Any, desk: Desk) -> None:
    desk.opened("Before")
    agent = visit(**WIDE)
    line = Line(agent.page)
    agent.sign_in("agent@example.com")
    agent.go("/tickets?view=all")
    desk.opened("Heard")
    expect(agent.page.locator("#news")).to_contain_text("1 new")
    line.cut()
    for n in range(3):
        desk.opened(f"Unheard {n}")
    expect(agent.page.locator("#offline")).to_have_text("Offline. Your text is safe.")
    line.mend()
    expect(agent.page.locator("#news")).to_contain_text("4 new", timeout=20_000)
    expect(agent.page.locator("#offline")).to_have_count(0)
    agent.page.keyboard.press(".")
    expect(agent.page.locator("#rows .row")).to_have_count(5)


def test_a_server_killed_while_one_writes_costs_no_word_and_doubles_none(
    chromium: Browser, settings: Settings, owner_url: str, desk: Desk
) -> None:
    ticket = desk.opened()
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])
    port = free_port()
    server = start_api(settings, port)
    agent = Person(chromium, f"http://localhost:{port}", **WIDE)
    try:
        agent.sign_in("agent@example.com")
        agent.go(f"/tickets/{ticket.number}")
        write(agent.page, "We come")
        expect(agent.page.locator(".reply-form .draft-state")).to_contain_text("Draft saved")
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        agent.page.locator("#reply").fill("We come on Monday.")
        agent.page.get_by_role("button", name="Send to Customer").click()
        expect(agent.page.locator(".reply-form .draft-state")).to_have_text("Offline. Your text is safe.")
        expect(agent.page.locator("#reply")).to_have_value("We come on Monday.")
        server = start_api(settings, port)
        agent.page.get_by_role("button", name="Try again").click()
        expect(agent.page.locator(".entry.by-staff")).to_contain_text("We come on Monday.")
        assert [comment.body for comment in desk.seen(ticket.id).comments] == ["We come on Monday."]
    finally:
        agent.close()
        stop(server)


def test_a_list_that_is_read_does_not_move_when_ten_tickets_come(visit: Any, desk: Desk) -> None:
    for n in range(44):
        desk.opened(f"Ticket {n:02}", priority="low")
    agent = at_desk(visit, "agent", "/tickets?view=all")
    expect(agent.page.locator("#rows .row")).to_have_count(44)
    fortieth = agent.page.locator("#rows .row").nth(39)
    fortieth.scroll_into_view_if_needed()
    before = fortieth.bounding_box()
    for n in range(10):
        desk.opened(f"New {n}", priority="critical")
    expect(agent.page.locator("#news")).to_contain_text("10 new")
    after = fortieth.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 1
    agent.page.keyboard.press(".")
    expect(agent.page.locator("#rows .subject").first).to_have_text("New 0")
