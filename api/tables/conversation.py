"""Comments, their earlier texts, and what is not said yet."""

from sqlalchemy import Boolean, Column, Index, LargeBinary, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT

from api.tables.base import instant, metadata, one_of, primary_key, reference

comments = Table(
    "comments",
    metadata,
    primary_key(),
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    reference("moved_from_id", "tickets", nullable=True, index=False),
    reference("author_id", "users", nullable=True),
    Column("body", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("is_internal", Boolean, nullable=False),
    Column("is_by_staff", Boolean, nullable=False),
    Column("mentioned_user_ids", ARRAY(BIGINT), nullable=False, server_default=text("'{}'")),
    Column("salt", LargeBinary, nullable=False),
    instant("created_at"),
    instant("edited_at", nullable=True),
    Index("ix_comments_ticket_id", "ticket_id", "id"),
    Index("ix_comments_moved_from_id", "moved_from_id", postgresql_where=text("moved_from_id is not null")),
)

comment_edits = Table(
    "comment_edits",
    metadata,
    primary_key(),
    reference("comment_id", "comments", on_delete="CASCADE"),
    reference("edited_by", "users", nullable=True),
    Column("body", Text, nullable=False),
    instant("edited_at"),
)

drafts = Table(
    "drafts",
    metadata,
    reference("user_id", "users", index=False, on_delete="CASCADE"),
    reference("ticket_id", "tickets", on_delete="CASCADE"),
    Column("mode", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    instant("updated_at"),
    one_of("mode", ("reply", "note")),
    PrimaryKeyConstraint("user_id", "ticket_id", "mode"),
)
