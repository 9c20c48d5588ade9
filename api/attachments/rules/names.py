"""Names as they may be shown and saved: no path, nothing invisible, and an ending that tells the truth."""

import re
import unicodedata
from urllib.parse import quote

MAX_NAME = 120
"""Characters of a display name. At four bytes each it still fits any file system with the ending."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of Unicode that a name goes without; Cf holds the bidi overrides that make `gpj.exe` look like `exe.jpg`."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(sent: str, endings: tuple[str, ...] = ("",)) -> str:
    """The name a file is kept under: the last part of what was sent, cleaned, ending in one of `endings` (lower case, with dot).

    An ending that does not go with the content stays visible and gets the right one behind it: `page.html.txt`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    seen = "".join(" " if character.isspace() else character for character in last)
    kept = "".join(character for character in seen if unicodedata.category(character) not in _INVISIBLE)
    name = " ".join(_FORBIDDEN.sub("_", kept).split()).strip(". ") or "file"
    if _RESERVED.match(name):
        name = f"_{name}"
    ending = next((ending for ending in endings if name.lower().endswith(ending) and name.lower() != ending), None)
    stem, told = (name[: -len(ending)], name[-len(ending) :]) if ending else (name, endings[0])
    return stem[:MAX_NAME].rstrip(". ") + told


def content_disposition(name: str, *, is_inline: bool = False) -> str:
    """The header that saves a download under `name` (RFC 6266: ASCII for old clients, RFC 8187 for the others)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    kind = "inline" if is_inline else "attachment"
    return f"{kind}; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name, safe='')}"
