"""What crosses the network about deliveries."""

from datetime import datetime
from typing import Any

import msgspec

from api.deliveries.rules import Channel, Outcome, Reason, Status
from api.pages import Pagination


class DeliveryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient. `message_id` is the same at every try; `reason` says why it was not sent."""

    id: int
    message_id: str
    channel: Channel
    kind: str
    status: Status
    reason: Reason | None
    event_ids: list[int]
    ticket_id: int | None
    ticket_number: str | None
    user_id: int | None
    webhook_id: int | None
    recipient: str | None
    attempt_count: int
    created_at: datetime
    next_try_at: datetime | None
    settled_at: datetime | None


class DeliveryAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try: what was answered (at most its first 2,000 characters), and how long it took."""

    attempt: int
    outcome: Outcome
    status_code: int | None
    response: str | None
    latency_ms: int
    attempted_at: datetime


class Delivery(DeliveryRow, frozen=True, kw_only=True):
    """With what was sent and every try, the first one first."""

    payload: dict[str, Any] | None
    attempts: list[DeliveryAttempt]


class DeliveryPage(msgspec.Struct, frozen=True):
    deliveries: list[DeliveryRow]
    pagination: Pagination


class ChannelFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One channel's messages of the period by where they stand, and how long tries took, in milliseconds."""

    channel: Channel
    waiting: int
    sent: int
    kept: int
    dead: int
    suppressed: int
    attempts: int
    failed_attempts: int
    median_latency_ms: int | None
    p95_latency_ms: int | None


class DeliveryStatistics(msgspec.Struct, frozen=True):
    """`oldest_waiting_at` is when the message that waits longest was made."""

    days: int
    channels: list[ChannelFigures]
    suppressed_by_reason: dict[str, int]
    oldest_waiting_at: datetime | None
