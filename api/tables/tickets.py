"""Tickets and what makes creating them idempotent."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.tables.base import PRIORITIES, STATUSES, instant, metadata, one_of, primary_key, reference

PRIORITY_RANK = "array_position(array['critical', 'high', 'medium', 'low'], priority)"
ACTIVE = "status not in ('resolved', 'closed')"
OUTCOMES = ("upheld", "partly_upheld", "not_upheld", "withdrawn")
REMEDIES = ("apology", "explanation", "repair", "replacement", "refund", "compensation", "other")
LINKS = ("duplicate_of", "related", "parent")

tickets = Table(
    "tickets",
    metadata,
    primary_key(),
    Column("number", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    Column("priority", Text, nullable=False, server_default="medium"),
    Column("source", Text, nullable=False),
    reference("customer_id", "users", index=False),
    reference("assigned_agent_id", "users", nullable=True, index=False),
    reference("team_id", "teams", nullable=True, index=False),
    reference("category_id", "categories", nullable=True, index=False),
    reference("skill_id", "skills", nullable=True, index=False),
    Column("tags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("custom_attributes", JSONB, nullable=False, server_default=text("'{}'")),
    Column("escalation_level", Integer, nullable=False, server_default=text("0")),
    Column("reopen_count", Integer, nullable=False, server_default=text("0")),
    Column("is_awaiting_routing", Boolean, nullable=False, server_default=text("false")),
    Column("salt", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("external_id", Text),
    instant("created_at"),
    instant("updated_at"),
    instant("status_changed_at"),
    instant("resolved_at", nullable=True),
    instant("closed_at", nullable=True),
    instant("next_due_at", nullable=True),
    instant("first_breached_at", nullable=True),
    instant("snoozed_until", nullable=True),
    instant("erased_at", nullable=True),
    reference("merged_into_id", "tickets", nullable=True, index=False),
    Column("outcome", Text),
    reference("root_cause_id", "root_causes", nullable=True, index=False),
    Column("remedy", Text),
    Column("remedy_amount", Numeric(14, 2)),
    Column("remedy_currency", Text),
    one_of("outcome", OUTCOMES),
    one_of("remedy", REMEDIES),
    one_of("status", STATUSES),
    one_of("priority", PRIORITIES),
    one_of("source", ("web", "api", "email", "import")),
    Index("uq_tickets_external_id", "external_id", unique=True),
    Index("ix_tickets_created_at", text("created_at desc"), text("id desc")),
    Index("ix_tickets_updated_at", text("updated_at desc"), text("id desc")),
    Index("ix_tickets_status_changed_at", "status_changed_at", "id"),
    Index("ix_tickets_customer_id", "customer_id", text("created_at desc"), text("id desc")),
    Index("ix_tickets_status", "status", text("created_at desc"), text("id desc")),
    Index("ix_tickets_priority", "priority", text("created_at desc"), text("id desc")),
    Index("ix_tickets_priority_rank", text(f"({PRIORITY_RANK})"), text("created_at desc"), text("id desc")),
    Index("ix_tickets_assigned_agent_id", "assigned_agent_id", text("created_at desc"), text("id desc")),
    Index("ix_tickets_team_id", "team_id", text("created_at desc"), text("id desc")),
    Index("ix_tickets_category_id", "category_id", text("created_at desc"), text("id desc")),
    Index("ix_tickets_skill_id", "skill_id", text("created_at desc"), text("id desc")),
    Index("ix_tickets_first_breached_at", "first_breached_at", postgresql_where=text("first_breached_at is not null")),
    Index("ix_tickets_active_due", text("next_due_at nulls last"), "id", postgresql_where=text(ACTIVE)),
    Index("ix_tickets_active_agent", "assigned_agent_id", "priority", postgresql_where=text(ACTIVE)),
    Index("ix_tickets_active_team_due", "team_id", text("next_due_at nulls last"), "id", postgresql_where=text(ACTIVE)),
    Index(
        "ix_tickets_unassigned",
        "created_at",
        "id",
        postgresql_where=text("assigned_agent_id is null and status not in ('resolved', 'closed')"),
    ),
    Index(
        "ix_tickets_awaiting_routing",
        "created_at",
        "id",
        postgresql_where=text(
            "is_awaiting_routing and assigned_agent_id is null and status not in ('resolved', 'closed')"
        ),
    ),
    Index("ix_tickets_resolved_at", "resolved_at", postgresql_where=text("resolved_at is not null")),
    Index("ix_tickets_auto_close", "resolved_at", postgresql_where=text("status = 'resolved'")),
    Index("ix_tickets_retained", "closed_at", "id", postgresql_where=text("status = 'closed' and erased_at is null")),
    Index("ix_tickets_snoozed_until", "snoozed_until", postgresql_where=text("snoozed_until is not null")),
    Index("ix_tickets_merged_into_id", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
    Index("ix_tickets_root_cause_id", "root_cause_id", postgresql_where=text("root_cause_id is not null")),
    Index("ix_tickets_tags", "tags", postgresql_using="gin"),
    Index(
        "ix_tickets_custom_attributes",
        "custom_attributes",
        postgresql_using="gin",
        postgresql_ops={"custom_attributes": "jsonb_path_ops"},
    ),
)

ticket_links = Table(
    "ticket_links",
    metadata,
    reference("from_ticket_id", "tickets", index=False, on_delete="CASCADE"),
    reference("to_ticket_id", "tickets", on_delete="CASCADE"),
    Column("kind", Text, nullable=False),
    instant("created_at"),
    one_of("kind", LINKS),
    CheckConstraint(text("from_ticket_id <> to_ticket_id"), name="to_another"),
    PrimaryKeyConstraint("from_ticket_id", "to_ticket_id", "kind"),
    comment="from is a duplicate of, related to, or the child whose parent is, to",
)

root_causes = Table(
    "root_causes",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    reference("parent_id", "root_causes", nullable=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    instant("created_at"),
    Index("uq_root_causes_name", text("coalesce(parent_id, 0)"), "name", unique=True),
)

bulk_changes = Table(
    "bulk_changes",
    metadata,
    primary_key(),
    reference("actor_id", "users", on_delete="CASCADE"),
    Column("results", JSONB, nullable=False),
    instant("created_at"),
    instant("undone_at", nullable=True),
    Index("ix_bulk_changes_created_at", "created_at"),
    comment="What a bulk command did to each ticket, for its result page and for taking it back",
)

ticket_watchers = Table(
    "ticket_watchers",
    metadata,
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    reference("user_id", "users", on_delete="CASCADE"),
    instant("created_at"),
    PrimaryKeyConstraint("ticket_id", "user_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("body_sha256", LargeBinary, nullable=False),
    Column("entity_id", BigInteger),
    instant("created_at"),
    PrimaryKeyConstraint("actor_id", "operation", "key"),
    Index("ix_idempotency_keys_created_at", "created_at"),
)
