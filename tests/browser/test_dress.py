"""The desk as people need it to look: dark, in forced colours, without motion, at 200 %, from right to left, and on paper."""

import io
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from tests.browser.desk import Desk

pytestmark = pytest.mark.xdist_group("browser")

WIDE = {"viewport": {"width": 1440, "height": 900}}
TWICE = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
DRESSES: dict[str, dict[str, Any]] = {
    "dark": {**WIDE, "color_scheme": "dark"},
    "forced colours": {**WIDE, "forced_colors": "active"},
    "calm": {**WIDE, "reduced_motion": "reduce"},
    "200 %": TWICE,
}
PSEUDO = """() => {
  document.documentElement.dir = "rtl";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());)
    if (node.data.trim()) node.data = `${node.data} ${"ö".repeat(Math.ceil(node.data.trim().length * 0.4))}`;
}"""
CUT = """() => [...document.querySelectorAll("main :is(.button, .chip, label, h1, h2)")]
  .filter((each) => each.checkVisibility() && !each.matches(".sr") && each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
  .map((each) => each.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll("*")].filter((each) => parseFloat(getComputedStyle(each).transitionDuration) > 0).length"""
UNEDGED = """() => [...document.querySelectorAll(".chip")]
  .filter((each) => each.checkVisibility() && getComputedStyle(each).borderTopColor === "rgba(0, 0, 0, 0)").length"""


@pytest.mark.parametrize("dress", DRESSES)
def test_the_desk_is_whole_in_every_dress(visit: Any, desk: Desk, dress: str) -> None:
    ticket = desk.opened("Router drops every night", priority="critical", tags=["router"])
    agent = visit(**DRESSES[dress])
    agent.sign_in("agent@example.com")
    for path in ("/tickets?view=all", f"/tickets/{ticket.number}?view=all", f"/tickets/{ticket.number}/print?notes=1"):
        agent.go(path)
        agent.look()
        assert not agent.page.evaluate(CUT), path
        if dress == "calm":
            assert agent.page.evaluate(MOVING) == 0
        if dress == "forced colours":
            assert agent.page.evaluate(UNEDGED) == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_longer_words_from_right_to_left_cut_nothing(visit: Any, desk: Desk, width: int) -> None:
    ticket = desk.opened("Router drops every night", priority="critical")
    agent = visit(viewport={"width": width, "height": 900})
    agent.sign_in("agent@example.com")
    for path in ("/tickets?view=all", f"/tickets/{ticket.number}"):
        agent.go(path)
        agent.page.wait_for_load_state("networkidle")
        agent.page.evaluate(PSEUDO)
        agent.look()
        assert not agent.page.evaluate(CUT), path


def test_paper_holds_internal_notes_only_where_they_were_ticked_and_then_says_so(visit: Any, desk: Desk) -> None:
    ticket = desk.opened()
    desk.do("agent", add_comment, ticket.id, NewComment(comment="We come on Monday."))
    desk.do("agent", add_comment, ticket.id, NewComment(comment="Card in slot 3.", is_internal=True))
    agent = visit(**WIDE)
    agent.sign_in("agent@example.com")

    def printed(path: str) -> list[str]:
        agent.go(path)
        return [page.extract_text() for page in PdfReader(io.BytesIO(agent.page.pdf())).pages]

    for path in (f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/print"):
        text = "\n".join(printed(path))
        assert "We come on Monday." in text
        assert "slot 3" not in text
    agent.page.get_by_label("With internal notes").check()
    agent.page.get_by_role("button", name="Show").click()
    expect(agent.page.locator(".entry.internal")).to_contain_text("Card in slot 3.")
    agent.look()
    with_notes = printed(f"/tickets/{ticket.number}/print?notes=1")
    assert "slot 3" in "\n".join(with_notes)
    assert all("Internal: this holds notes" in page for page in with_notes)
