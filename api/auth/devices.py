"""What a browser calls itself, in two words that its owner recognises."""

import re

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""In this order: most browsers also say that they are those further down."""
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[\w.-]{1,40}")


def device_name(user_agent: str | None) -> str:
    """`Firefox, Linux` for a browser, `curl` for a program, empty for who says nothing. Anybody can say anything."""
    said = user_agent or ""
    browser, system = _first(_BROWSERS, said), _first(_SYSTEMS, said)
    if browser or system:
        return ", ".join(part for part in (browser, system) if part)
    program = _PROGRAM.match(said)
    return program[0] if program else ""


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for mark, name in known if mark in said), "")
