"""What crosses the network about the log."""

from datetime import datetime
from typing import Any

import msgspec

from api.pages import Pagination


class AuditLog(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the log, as an administrator reads it. `old_values` and `new_values` hold the changed fields."""

    id: int
    occurred_at: datetime
    action: str
    entity_type: str
    entity_id: int | None
    ticket_id: int | None
    actor_id: int | None
    actor_name: str | None
    actor_kind: str
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    ip: str | None
    user_agent: str | None
    visibility: str


class AuditLogPage(msgspec.Struct, frozen=True):
    audit_logs: list[AuditLog]
    pagination: Pagination


class FeedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One settled event. `position` is its place in the log; `old_values` and `new_values` hold the changed fields."""

    position: str
    id: int
    occurred_at: datetime
    action: str
    entity_type: str
    entity_id: int | None
    ticket_id: int | None
    actor_id: int | None
    actor_kind: str
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    visibility: str


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Events in the log's order. `next` is what to ask `after` with next; it moves past events one may not see, so a page may
    be empty while `has_more` is true."""

    events: list[FeedEvent]
    next: str
    has_more: bool
