"""What a person wants to be told by which channel, and when they want quiet."""

from datetime import datetime, time
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

Channel = Literal["in_app", "email", "push"]
Topic = Literal[
    "created",
    "assigned",
    "customer_replied",
    "comment_added",
    "mention",
    "status_changed",
    "resolved",
    "at_risk",
    "breached",
    "escalated",
]
"""What a notice is about. `customer_replied` is a customer's comment on a ticket of one's own."""

CHANNELS: tuple[Channel, ...] = get_args(Channel)
TOPICS: tuple[Topic, ...] = get_args(Topic)
STAFF_TOPICS = frozenset({"assigned", "customer_replied", "mention", "at_risk"})
CUSTOMER_TOPICS = frozenset({"created", "comment_added", "status_changed", "resolved"})
"""Outside the app people hear of these unless they choose otherwise: few, so that they are read."""

ALWAYS = frozenset({"created"})
"""The receipt of a complaint cannot be unsubscribed: it is the proof that it was made."""

GROUPED = frozenset({"comment_added", "customer_replied", "status_changed", "resolved"})
GROUP_SECONDS = 60
"""What is said on a ticket within a minute is one e-mail."""

Silence = Literal["unsubscribed", "muted", "quiet_hours"]


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """Local times between which nothing is sent, over midnight when they end before they start; whole days by ISO number."""

    starts_at: time | None = None
    ends_at: time | None = None
    weekdays: tuple[int, ...] = ()


def is_on_by_default(topic: str, channel: str, role: str) -> bool:
    """What holds for who has chosen nothing: all of it in the app, the few above outside."""
    if channel == "in_app":
        return True
    return topic in (CUSTOMER_TOPICS if role == "customer" else STAFF_TOPICS)


def is_quiet(hours: QuietHours, time_zone: str, now: datetime) -> bool:
    """Whether `now` is in somebody's quiet hours, by their own clock."""
    local = now.astimezone(ZoneInfo(time_zone))
    if local.isoweekday() in hours.weekdays:
        return True
    if hours.starts_at is None or hours.ends_at is None:
        return False
    at = local.time()
    if hours.starts_at <= hours.ends_at:
        return hours.starts_at <= at < hours.ends_at
    return at >= hours.starts_at or at < hours.ends_at


def silence(
    topic: str,
    channel: Channel,
    role: str,
    *,
    chosen: bool | None,
    is_muted: bool,
    quiet: QuietHours,
    time_zone: str,
    now: datetime,
) -> Silence | Literal["off"] | None:
    """Why a message outside the app is not sent, or None; `off` when the person never asked for it, which needs no record.

    A mention comes through a muted ticket; nothing comes through quiet hours but the receipt of a complaint,
    by e-mail.
    """
    if topic in ALWAYS and role == "customer" and channel == "email":
        return None
    if chosen is False:
        return "unsubscribed"
    if chosen is None and not is_on_by_default(topic, channel, role):
        return "off"
    if is_muted and topic != "mention":
        return "muted"
    return "quiet_hours" if is_quiet(quiet, time_zone, now) else None
