"""Spans of time as people type them into a form."""

import re

DAY, HOUR, MINUTE = 86_400, 3_600, 60
_SPAN = re.compile(
    r"(?:(\d{1,4})\s*(?:d|t|days?|tage?n?))?\s*(?:(\d{1,5})\s*(?:h|std\.?|hours?|stunden?))?\s*(?:(\d{1,6})\s*m(?:in)?\.?)?",
    re.IGNORECASE,
)


def read_span(text: str) -> int | None:
    """Seconds of `2 d`, `1 d 4 h`, `90 min`, also in German (`2 T`, `4 Std`); None for what is no span. A bare 0 is one."""
    if text.strip() == "0":
        return 0
    found = _SPAN.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return days * DAY + hours * HOUR + minutes * MINUTE


def span_text(seconds: int) -> str:
    """The same in the units that `read_span` reads in every language: `1 d 4 h`, `90 min` as `1 h 30 m`."""
    parts = [(seconds // DAY, "d"), (seconds % DAY // HOUR, "h"), (seconds % HOUR // MINUTE, "m")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0"
