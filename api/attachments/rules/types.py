"""What a file is, told by its bytes; what it says of itself counts for nothing."""

import re

import puremagic

HEAD_BYTES = 8_192
"""How much of a file's beginning tells its type."""

TYPES: dict[str, tuple[str, ...]] = {
    "text/plain": (".txt", ".log", ".md", ".csv", ".tsv", ".json", ".yaml", ".yml", ".ini", ".srt"),
    "message/rfc822": (".eml",),
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heif": (".heic", ".heif"),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/webm": (".webm",),
    "audio/mpeg": (".mp3",),
    "audio/wave": (".wav",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "application/zip": (".zip",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}
"""The allow-list: type → endings its files may have, the usual one first."""

PREVIEWED = ("image/png", "image/jpeg", "image/gif", "image/webp")

_TEXTS = ("text/plain", "message/rfc822")
_OOXML = {b"word/": "wordprocessingml.document", b"xl/": "spreadsheetml.sheet", b"ppt/": "presentationml.presentation"}
_ODF = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)PK")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|math|\?xml|\?php)\b", re.IGNORECASE)
_BINARY = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))


def sniffed_type(head: bytes) -> str | None:
    """The type of a file that begins with `head` (its first HEAD_BYTES), if it is one of TYPES; None refuses it.

    Markup is refused in texts and pictures alike: a picture that also reads as HTML is no picture we keep.
    """
    if head.startswith(b"PK\x03\x04"):
        return _archive(head)
    if is_text(head) and not head.startswith(b"%PDF-"):
        if _MARKUP.search(head) or head.startswith(b"#!"):
            return None
        return "message/rfc822" if _is_mail(head) else "text/plain"
    told = next((kind for kind in _told(head) if kind in TYPES and kind not in _TEXTS), None)
    if told is None or (told.startswith("image/") and _MARKUP.search(head)):
        return None
    return told


def is_text(chunk: bytes) -> bool:
    """Whether a piece of a file can be of a text: no control characters but those that texts have."""
    return len(chunk.translate(None, _BINARY)) == len(chunk)


def must_stay_text(kind: str) -> bool:
    """Whether every piece of a file of this type has to pass `is_text`."""
    return kind in _TEXTS


def _told(head: bytes) -> list[str]:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []
    best = max((match.confidence for match in found), default=0)
    executable = [match for match in found if "executable" in match.mime_type or "dosexec" in match.mime_type]
    return [] if executable else [match.mime_type for match in found if match.confidence >= best / 2]


def _archive(head: bytes) -> str:
    """A ZIP, or the office document it is: ODF says so first, OOXML by the names of its entries."""
    if match := _ODF.search(head[:200]):
        return f"application/vnd.oasis.opendocument.{match[1].decode()}"
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for folder, kind in _OOXML.items():
            if folder in head:
                return f"application/vnd.openxmlformats-officedocument.{kind}"
    return "application/zip"


def _is_mail(head: bytes) -> bool:
    return bool(
        re.match(rb"(?:Return-Path|Received|Delivered-To|From|Date|Message-ID|MIME-Version|Subject|To): ", head, re.I)
    )
