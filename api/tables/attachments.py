"""Files of tickets, and what lies in storage without a ticket."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from api.tables.base import instant, metadata, primary_key, reference

attachments = Table(
    "attachments",
    metadata,
    primary_key(),
    Column("key", Text, nullable=False, unique=True),
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    reference("comment_id", "comments", nullable=True),
    reference("uploaded_by", "users", nullable=True),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("folder", Text, nullable=False, unique=True),
    Column("is_internal", Boolean, nullable=False),
    Column("has_preview", Boolean, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    instant("created_at"),
    CheckConstraint(text("size_bytes > 0"), name="size_bytes"),
    Index("ix_attachments_ticket_id", "ticket_id", "id"),
)

attachment_leftovers = Table(
    "attachment_leftovers",
    metadata,
    Column("folder", Text, nullable=False),
    Column("is_condemned", Boolean, nullable=False),
    instant("created_at"),
    PrimaryKeyConstraint("folder"),
    Index("ix_attachment_leftovers_created_at", "created_at"),
)
