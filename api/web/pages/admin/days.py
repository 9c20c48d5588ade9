"""Days of a form as instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_start(text: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """When the day `2026-11-25`, or so many days later, begins in the zone; None for what is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time.min, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
