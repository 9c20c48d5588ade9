"""What is true of a comment's words: how they become HTML, and whom they name."""

import re
import string
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

MAX_LENGTH = 20_000
EDIT_WINDOW_SECONDS = 3600
"""How long an author may correct what the customer could already read."""

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_HANDLE = re.compile(r"(?<![\w@./-])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)")
_MERE = frozenset(string.ascii_letters + string.digits + "\n ,.:;!?'()%/-")
"""What means nothing in Markdown and HTML, but at the beginning of a line."""
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
MAX_MENTIONS = 20


@cache
def _markdown() -> MarkdownIt:
    # images would be fetched from elsewhere when the page opens, and tell the sender that it was read
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")


def to_html(markdown: str) -> str:
    """Markdown (CommonMark, tables) as HTML that is safe to show: no raw HTML, no images, only http(s) and mailto links."""
    if _is_plain(markdown):
        # most of what people write; a hundred times faster than parsing it
        paragraphs = markdown.replace("\n\n", "</p>\0<p>").replace("\n", "<br>\n").replace("\0", "\n")
        return f"<p>{paragraphs}</p>\n"
    return nh3.clean(
        _markdown().render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


def to_tree(markdown: str) -> SyntaxTreeNode:
    """The same reading of Markdown as a tree, for whoever sets it in type."""
    return SyntaxTreeNode(_markdown().parse(markdown))


def _is_plain(markdown: str) -> bool:
    """Whether it is paragraphs of mere words: every line begins with a letter, which makes it no list and no heading."""
    lines = markdown.split("\n")
    return (
        bool(lines[0] and lines[-1])
        and "\n\n\n" not in markdown
        and all(mark.isalpha() for mark in set(markdown) - _MERE)
        and all(not line or (line[0].isalpha() and line[-1] != " ") for line in lines)
    )


def handle_of(email: str) -> str:
    """How a person is mentioned: the part of the address before the @, in lower case."""
    return email.partition("@")[0].lower()


def mentioned_handles(markdown: str) -> list[str]:
    """The handles named as `@handle` outside code, in lower case, each once, at most MAX_MENTIONS."""
    found = (match[1].lower() for match in _HANDLE.finditer(_CODE.sub(" ", markdown)))
    return list(dict.fromkeys(found))[:MAX_MENTIONS]
