"""The words of a mail: made safe to keep, turned from HTML to Markdown, and told apart from what they quote."""

import re
import unicodedata
from html import unescape

import html_to_markdown
from html_to_markdown import ConversionOptions
from mailparser_reply.parser import EmailMessage

MAX_LENGTH = 20_000
"""Characters of a description or a comment."""
LONGEST_LINE = 300
"""Longer lines are not looked through for quotes: the patterns of mail clients take a power of it in time."""
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl")
MAX_HTML = 500_000
MAX_HTML_DEPTH = 200

_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""What turns the direction of text that follows; the plain marks of direction stay."""
_CONTROLS = dict.fromkeys([*range(9), 0xB, 0xC, *range(0xE, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)])
_TAG = re.compile(r"<[^<>]{0,5000}>")
_QUOTE = re.compile(r">.*")


def clean_text(text: str) -> str:
    """Text as it may be kept: no control characters, no overrides of direction, lines ended by a newline."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS | _OVERRIDES)
    return unicodedata.normalize("NFC", lines).strip()


def clean_line(text: str) -> str:
    """The same, on one line."""
    return " ".join(clean_text(text).split())


def from_html(html: str) -> str:
    """HTML as Markdown, without pictures, styles, scripts, and whatever else is no word."""
    # HTML nested past MAX_HTML_DEPTH comes out empty; then taking the tags out is better than nothing
    options = ConversionOptions(skip_images=True, strip_tags=["style", "script", "head"], max_depth=MAX_HTML_DEPTH)
    try:
        markdown = html_to_markdown.convert(html[:MAX_HTML], options).content or ""
    except Exception:
        # a converter that fails on one mail must not cost the complaint
        markdown = ""
    return markdown if markdown.strip() else unescape(_TAG.sub(" ", html[:MAX_HTML]))


def folded(text: str) -> tuple[str, str | None]:
    """(what is said, all of it if that is less): a reply without what it quotes and without the signature.

    A mail that would be empty without them is all said.
    """
    if len(text) > MAX_LENGTH or max(map(len, text.split("\n"))) > LONGEST_LINE:
        return text, None
    # runs of blanks and of empty lines are what the patterns are slow at
    squashed = re.sub(r"\n\s*\n+", "\n\n", re.sub(r"[ \t\u200b\xa0]+", " ", text))
    message = EmailMessage(text=squashed, languages=list(LANGUAGES), keep_hyphen_lists=True).read()
    said = _without_last_quote(message.replies[0].body).strip()
    if not said or said == "\n".join(line.strip() for line in squashed.split("\n")).strip():
        return text, None
    return said, text


def _without_last_quote(text: str) -> str:
    lines = text.rstrip().split("\n")
    while lines and (_QUOTE.match(lines[-1]) or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines)


def cut(text: str) -> tuple[str, bool]:
    """(the first MAX_LENGTH characters, whether there were more)."""
    return text[:MAX_LENGTH].rstrip(), len(text) > MAX_LENGTH
