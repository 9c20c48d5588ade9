"""Names and numbers as people read them."""

import re
from datetime import UTC, datetime

NAMES = {
    "first_response": "First response",
    "next_response": "Next response",
    "periodic_update": "Periodic update",
    "resolution": "Resolution",
    "in_progress": "In progress",
    "api": "API",
}

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

NOTHING = "–"


def name_of(value: str | None) -> str:
    """A word of the data as a label: `in_progress` → "In progress"."""
    return NAMES.get(value or "", (value or "none").replace("_", " ").capitalize())


def length(seconds: float | None) -> str:
    """Two greatest units: 93784 → "1 d 2 h"; less than a minute → "45 s"."""
    if seconds is None:
        return NOTHING
    left, parts = round(seconds), list[str]()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if left >= size and (size > 1 or not parts):
            parts.append(f"{left // size} {unit}")
            left %= size
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts) or "0 s"


def share(value: float | None, digits: int = 1) -> str:
    """0.934 → "93.4 %"."""
    return NOTHING if value is None else f"{value * 100:.{digits}f} %"


def count(value: float | None) -> str:
    """1234 → "1,234"."""
    return NOTHING if value is None else f"{value:,.0f}"


def instant(at: datetime) -> str:
    """Time of today's kind, in UTC: "24 Nov 2026, 09:12 UTC"."""
    return f"{at.astimezone(UTC):%d %b %Y, %H:%M} UTC"


def plain(text: str) -> str:
    """A sentence without Streamlit's marks."""
    return re.sub(r":\w+\[([^\]]*)\]", r"\1", text).replace("**", "").replace("`", "")
