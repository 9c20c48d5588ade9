"""What people are told, what they want to be told, and in which words."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Time,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.tables.base import instant, metadata, one_of, primary_key, reference

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

notification_preferences = Table(
    "notification_preferences",
    metadata,
    reference("user_id", "users", index=False, on_delete="CASCADE"),
    Column("topic", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    instant("updated_at"),
    PrimaryKeyConstraint("user_id", "topic", "channel"),
    one_of("channel", ("in_app", "email", "push")),
)

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    primary_key(),
    reference("user_id", "users", on_delete="CASCADE"),
    reference("session_id", "sessions", nullable=True, on_delete="CASCADE"),
    Column("endpoint", Text, nullable=False, unique=True),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("name", Text, nullable=False),
    instant("created_at"),
)

quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("starts_at", Time),
    Column("ends_at", Time),
    Column("quiet_weekdays", ARRAY(SmallInteger), nullable=False, server_default=text("'{}'")),
    instant("updated_at"),
)

ticket_mutes = Table(
    "ticket_mutes",
    metadata,
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    reference("user_id", "users", on_delete="CASCADE"),
    instant("created_at"),
    PrimaryKeyConstraint("ticket_id", "user_id"),
)

email_templates = Table(
    "email_templates",
    metadata,
    Column("topic", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    instant("updated_at"),
    reference("updated_by", "users", nullable=True, on_delete="SET NULL"),
    PrimaryKeyConstraint("topic", "language"),
)
