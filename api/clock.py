"""The one clock. Everything else takes an instant as an argument, so that a test can live through a month."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant in UTC, to the microsecond, as PostgreSQL stores it."""
    return datetime.now(UTC)
