"""How people write durations."""

import re

MAX_SECONDS = 86_400
"""No entry is longer than a day; a timer left running stops counting there."""

_PARTS = re.compile(
    r"\s*(?:(\d{1,3}(?:[.,]\d{1,2})?)\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?\s*(?:(\d{1,5})\s*s)?\s*", re.IGNORECASE
)
_CLOCK = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*")
_MINUTES = re.compile(r"\s*(\d{1,4})\s*")


def parse_duration(text: str) -> int | None:
    """Seconds of `1h 20m`, `1.5h`, `45m`, `90s`, `1:20` or `80` (minutes); None for anything else, for 0, and beyond MAX_SECONDS."""
    if clock := _CLOCK.fullmatch(text):
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60
    elif minutes := _MINUTES.fullmatch(text):
        seconds = int(minutes[1]) * 60
    elif parts := _PARTS.fullmatch(text):
        hours = float((parts[1] or "0").replace(",", "."))
        seconds = round(hours * 3600) + int(parts[2] or 0) * 60 + int(parts[3] or 0)
    else:
        return None
    return seconds if 1 <= seconds <= MAX_SECONDS else None
