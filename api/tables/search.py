"""The words of each ticket, and searches people keep.

`ticket_documents` stands apart from `tickets`, because a ticket changes ten times as often as its words do and every
change of a row writes it into every index of its table. `document` weighs where a word stands: A the subject, B the
description, C the public comments, D the internal notes. `block` numbers stretches of BLOCK_SIZE tickets: an index that
leads with it answers "in this stretch", so that a word half the tickets hold is read as far as it is needed.
"""

from sqlalchemy import Boolean, Column, Computed, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from api.tables.base import instant, metadata, primary_key, reference

BLOCK_SIZE = 65_536

ticket_documents = Table(
    "ticket_documents",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("block", Integer, Computed(f"ticket_id / {BLOCK_SIZE}", persisted=True), nullable=False),
    Column("title", Text, nullable=False),
    Column("document", TSVECTOR, nullable=False),
    Index("ix_ticket_documents_words", "block", "document", postgresql_using="gin"),
    Index(
        "ix_ticket_documents_title",
        "block",
        "title",
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    ),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    primary_key(),
    reference("owner_id", "users", index=False, on_delete="CASCADE"),
    Column("name", Text, nullable=False),
    Column("q", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False, server_default=text("false")),
    instant("created_at"),
    instant("updated_at"),
    UniqueConstraint("owner_id", "name"),
    Index("ix_saved_searches_shared", "name", "id", postgresql_where=text("is_shared")),
)
