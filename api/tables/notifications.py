"""What a person is told inside the app."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from api.tables.base import instant, metadata, primary_key, reference

notifications = Table(
    "notifications",
    metadata,
    primary_key(),
    reference("user_id", "users", index=False, on_delete="CASCADE"),
    Column("kind", Text, nullable=False),
    reference("ticket_id", "tickets", nullable=True, on_delete="CASCADE"),
    Column("event_id", BigInteger, nullable=False),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    instant("created_at"),
    instant("read_at", nullable=True),
    Index("ix_notifications_user_id", "user_id", text("id desc")),
    Index("ix_notifications_unread", "user_id", text("id desc"), postgresql_where=text("read_at is null")),
    Index("ix_notifications_read_at", "read_at", postgresql_where=text("read_at is not null")),
    Index("uq_notifications_event", "event_id", "user_id", "kind", unique=True),
)
