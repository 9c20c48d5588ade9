"""Read a raw message (RFC 5322, MIME) whatever is wrong with it: nothing in it raises, what cannot be read is replaced."""

import hashlib
import re
from email import message_from_bytes
from email.header import Header, decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses

import msgspec

from api.inbound.rules.words import clean_line, clean_text, from_html

MAX_DEPTH = 20
MAX_PARTS = 200
MAX_REFERENCES = 50
MAX_HEADER = 10_000
"""Characters of a header that are read."""
MAX_TEXT_BYTES = 1_000_000
"""Bytes of a text part that are read; the rest of it is no longer a complaint."""

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,180}\.[^\s@<>()\[\],;:\\\".]{1,63}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_UNREADABLE = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
"""Codecs that are no charsets of mail; two of them take quadratic time."""


class File(msgspec.Struct, frozen=True):
    """An attachment as it came; the name is the sender's."""

    name: str
    content: bytes


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A message as far as it matters here. Addresses are in lower case; `sender` is None unless exactly one is named.

    `headers` are the ones that refusals look at, by lower-case name, each with all its values.
    """

    message_id: str
    references: list[str]
    sender: str | None
    sender_name: str
    recipients: list[str]
    subject: str
    text: str
    files: list[File]
    headers: dict[str, list[str]]
    content_type: str


LOOKED_AT = (
    "return-path",
    "auto-submitted",
    "precedence",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-failed-recipients",
    "authentication-results",
)


def read_mail(raw: bytes) -> Mail | None:
    """The message, or None when it nests deeper than anybody writes."""
    try:
        message = message_from_bytes(raw)
        parts = _Parts()
        parts.take(message, 0)
    except RecursionError:
        return None
    senders = _addresses(message, "from")
    return Mail(
        message_id=_message_id(message, raw),
        references=_references(message),
        sender=senders[0][1] if len(senders) == 1 else None,
        sender_name=clean_line(senders[0][0])[:100] if senders else "",
        recipients=[
            address
            for name in ("to", "cc", "delivered-to", "x-original-to")
            for _, address in _addresses(message, name)
        ],
        subject=clean_line(_header(message, "subject"))[:200],
        text=clean_text(parts.text()),
        files=parts.files,
        headers={name: _headers(message, name) for name in LOOKED_AT},
        content_type=message.get_content_type(),
    )


class _Parts:
    """The leaves of a message: its texts, and all else as files."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.files: list[File] = []
        self._count = 0

    def text(self) -> str:
        """The plain text when somebody wrote one, else the HTML as Markdown."""
        plain = "\n\n".join(part for part in self.plain if part.strip())
        return plain or "\n\n".join(from_html(part) for part in self.html)

    def take(self, part: Message, depth: int) -> None:
        self._count += 1
        if self._count > MAX_PARTS or depth > MAX_DEPTH:
            return
        kind, name = part.get_content_type(), _filename(part)
        inner = part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list) and inner:
            self.files.append(File(name or "message.eml", _bytes_of(inner[0])))
        elif isinstance(inner, list):
            for child in inner:
                if isinstance(child, Message):
                    self.take(child, depth + 1)
        else:
            self._leaf(part, kind, name)

    def _leaf(self, part: Message, kind: str, name: str) -> None:
        content = _decoded_payload(part)
        # a multipart without its parts is one that lost its boundary: what is there is text
        is_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")
        if is_text and not name and part.get_content_disposition() != "attachment":
            (self.html if kind == "text/html" else self.plain).append(
                _decoded(content[:MAX_TEXT_BYTES], _charset(part))
            )
        elif content:
            self.files.append(File(name or f"file.{kind.partition('/')[2][:20]}", content))


def _bytes_of(message: object) -> bytes:
    try:
        return message.as_bytes() if isinstance(message, Message) else b""
    except (ValueError, LookupError, KeyError, UnicodeError):
        return b""


def _decoded_payload(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError):
        return b""
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except (ValueError, LookupError, UnicodeError):
        return "utf-8"


def _decoded(content: bytes, charset: str) -> str:
    """By the charset it says, else as UTF-8, else as what Windows writes."""
    for name in (charset, "utf-8"):
        if name.lower().replace("-", "_") in _UNREADABLE:
            continue
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _filename(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, UnicodeError):
        return "file"
    return _unfolded(collapse_rfc2231_value(name))[:200] if name else ""


def _headers(message: Message, name: str) -> list[str]:
    return [_unfolded(value) for value in message.get_all(name, [])[:20]]


def _header(message: Message, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _unfolded(value: str | Header) -> str:
    """A header's words on one line: encoded words decoded, bytes that are none read as UTF-8 or Windows'."""
    raw = str(value)[:MAX_HEADER] if isinstance(value, str) else value
    try:
        pieces = decode_header(raw)
    except (ValueError, UnicodeError):
        return str(value)[:MAX_HEADER]
    words = "".join(
        piece
        if isinstance(piece, str)
        else _decoded(piece, charset if charset and charset != "unknown-8bit" else "utf-8")
        for piece, charset in pieces
    )
    return " ".join(words.split())[:MAX_HEADER]


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """(name, address) of each mailbox; read before encoded words are decoded, so that none of them can add one."""
    values = [str(value)[:MAX_HEADER] for value in message.get_all(name, [])[:20]]
    found = [(_unfolded(shown), address.strip().lower()) for shown, address in getaddresses(values)[:100]]
    return [(shown, address) for shown, address in found if len(address) <= 254 and _ADDRESS.fullmatch(address)]


def _message_id(message: Message, raw: bytes) -> str:
    """The mail's own id; of one that has none, what only the same bytes have."""
    match = _MESSAGE_ID.search(clean_line(_header(message, "message-id")))
    return match[0] if match else f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>"


def _references(message: Message) -> list[str]:
    """Ids of what it answers, the nearest first."""
    near = _MESSAGE_ID.findall(_header(message, "in-reply-to"))
    far = _MESSAGE_ID.findall(_header(message, "references"))
    return list(dict.fromkeys([*near, *reversed(far)]))[:MAX_REFERENCES]
