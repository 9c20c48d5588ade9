"""What is true of people: pure."""

import zoneinfo
from functools import cache

STAFF = ("agent", "admin")


@cache
def known_zones() -> frozenset[str]:
    """Names of the IANA time zones that this installation can reckon with."""
    return frozenset(zoneinfo.available_timezones())


def is_staff(role: str) -> bool:
    """Whether the role works tickets: `agent` or `admin`."""
    return role in STAFF
