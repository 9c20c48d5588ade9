"""All that goes out: one queue of e-mails, pushes and webhook calls, and every attempt at them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSONB

from api.tables.base import instant, metadata, one_of, primary_key, reference

CHANNELS = ("email", "push", "webhook")
STATUSES = ("waiting", "sent", "kept", "dead", "suppressed")
OUTCOMES = ("sent", "kept", "failed", "suppressed")

deliveries = Table(
    "deliveries",
    metadata,
    primary_key(),
    Column("message_id", Uuid, nullable=False, unique=True, server_default=text("gen_random_uuid()")),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="waiting"),
    Column("reason", Text),
    Column("event_ids", ARRAY(BIGINT), nullable=False, server_default=text("'{}'")),
    reference("ticket_id", "tickets", nullable=True, index=False, on_delete="CASCADE"),
    reference("user_id", "users", nullable=True, index=False, on_delete="SET NULL"),
    reference("webhook_id", "webhooks", nullable=True, index=False, on_delete="CASCADE"),
    Column("recipient", Text),
    Column("payload", JSONB),
    Column("dedupe_key", Text),
    Column("group_key", Text),
    Column("attempt_count", Integer, nullable=False, server_default=text("0")),
    Column("replayed_after", Integer, nullable=False, server_default=text("0")),
    instant("created_at"),
    instant("next_try_at"),
    instant("settled_at", nullable=True),
    one_of("channel", CHANNELS),
    one_of("status", STATUSES),
    Index("ix_deliveries_due", "next_try_at", "id", postgresql_where=text("status = 'waiting'")),
    Index("ix_deliveries_status", "status", text("id desc")),
    Index("ix_deliveries_channel", "channel", text("id desc")),
    Index("ix_deliveries_ticket_id", "ticket_id", text("id desc")),
    Index("ix_deliveries_user_id", "user_id", text("id desc")),
    Index("ix_deliveries_webhook_id", "webhook_id", text("id desc"), postgresql_where=text("webhook_id is not null")),
    Index("ix_deliveries_created_at", "created_at"),
    Index("ix_deliveries_recipient", text("lower(recipient)"), "settled_at"),
    Index("ix_deliveries_dedupe_key", "dedupe_key", postgresql_where=text("dedupe_key is not null")),
    Index(
        "uq_deliveries_group_key",
        "group_key",
        unique=True,
        postgresql_where=text("status = 'waiting' and attempt_count = 0"),
    ),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("delivery_id", BigInteger, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("status_code", Integer),
    Column("response", Text),
    Column("latency_ms", Integer, nullable=False),
    instant("attempted_at"),
    one_of("outcome", OUTCOMES),
)
