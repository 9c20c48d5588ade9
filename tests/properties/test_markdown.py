"""Mere words become the same HTML with and without the parser."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.conversation import rules

PIECES = [
    *"aZß7 -.,:;!?'()%/_*#&<\n", "ª", "中", "٣", "\n\n", "\n\n\n", " \n", "- ", "1. ", "1) ", "---", "\n===", "    ", "http://a.b", "www.a.de",
    "\x0b", "\u2028", "\u00a0",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_mere_words_become_what_the_parser_makes_of_them(text: str) -> None:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    assert rules.to_html(text) == nh3.clean(parser.render(text), link_rel="nofollow noopener noreferrer")


@pytest.mark.parametrize("text", ["Hello,\n\nThe line holds.\nKind regards", "Grüße aus Köln"])
def test_what_people_write_needs_no_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_markdown", None)
    assert rules.to_html(text).startswith("<p>")
