"""What crosses the network about notifications."""

from datetime import datetime

import msgspec

from api.pages import Pagination


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person is told. `kind`: created, assigned, status_changed, comment_added, mention, at_risk, breached,
    escalated."""

    id: int
    kind: str
    ticket_id: int
    ticket_number: str
    ticket_subject: str
    ticket_status: str
    event_id: int
    created_at: datetime
    read_at: datetime | None


class NotificationPage(msgspec.Struct, frozen=True):
    notifications: list[Notification]
    pagination: Pagination


class UnreadCount(msgspec.Struct, frozen=True):
    """How many are unread, counted up to 100."""

    count: int


class ReadCount(msgspec.Struct, frozen=True):
    """How many were marked read."""

    read: int
