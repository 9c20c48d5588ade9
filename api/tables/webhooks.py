"""Endpoints that are told of events."""

from sqlalchemy import Boolean, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.tables.base import instant, metadata, primary_key, reference

webhooks = Table(
    "webhooks",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("secret", Text, nullable=False),
    Column("headers", JSONB, nullable=False, server_default=text("'{}'")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    instant("failing_since", nullable=True),
    instant("disabled_at", nullable=True),
    Column("disabled_reason", Text),
    reference("created_by", "users", nullable=True, on_delete="SET NULL"),
    instant("created_at"),
    instant("updated_at"),
    Index("ix_webhooks_active", "id", postgresql_where=text("is_active")),
)
