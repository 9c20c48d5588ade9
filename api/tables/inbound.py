"""What became of every mail that came in."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from api.tables.base import instant, metadata, one_of, primary_key, reference

FATES = ("ticket", "comment", "refused")

inbound_messages = Table(
    "inbound_messages",
    metadata,
    primary_key(),
    Column("message_id", Text, nullable=False, unique=True),
    Column("sender", Text),
    Column("subject", Text),
    Column("fate", Text, nullable=False),
    Column("reason", Text),
    Column("size_bytes", BigInteger, nullable=False),
    Column("folded", Text),
    reference("user_id", "users", nullable=True, on_delete="SET NULL"),
    reference("ticket_id", "tickets", nullable=True, index=False, on_delete="CASCADE"),
    reference("comment_id", "comments", nullable=True, on_delete="SET NULL"),
    instant("received_at"),
    one_of("fate", FATES),
    Index("ix_inbound_messages_sender", "sender", "received_at"),
    Index("ix_inbound_messages_fate", "fate", text("id desc")),
    Index("ix_inbound_messages_ticket_id", "ticket_id", text("id desc")),
    Index("ix_inbound_messages_received_at", "received_at"),
    comment="message_id is the mail's own, so that it is taken once; folded is what a reply quoted",
)
