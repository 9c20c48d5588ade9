"""Policies and calendars, each with versions that hold from an instant on, and the clocks they start.

What the `sla` slice keeps beside its own tables, in the statement that changes clocks: `tickets.next_due_at`, the least
`due_at` of the ticket's clocks that are neither met nor breached nor paused, and `tickets.first_breached_at`, the least
`breached_at`; both leave the `escalation*` clocks out, which are an inner step and no promise to the customer.
`warned_at` is set by the sweep when it wrote `sla.at_risk`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from api.tables.base import instant, metadata, primary_key, reference

calendars = Table(
    "calendars",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False, unique=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    instant("created_at"),
)

calendar_versions = Table(
    "calendar_versions",
    metadata,
    primary_key(),
    reference("calendar_id", "calendars", index=False),
    Column("version", Integer, nullable=False),
    instant("valid_from"),
    Column("time_zone", Text, nullable=False),
    Column("weekly_hours", JSONB, nullable=False),
    Column("holidays", JSONB, nullable=False),
    reference("created_by", "users", nullable=True, index=False),
    UniqueConstraint("calendar_id", "version"),
)

sla_policies = Table(
    "sla_policies",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    instant("created_at"),
    Index("ix_sla_policies_position", "position", "id"),
)

sla_policy_versions = Table(
    "sla_policy_versions",
    metadata,
    primary_key(),
    reference("sla_policy_id", "sla_policies", index=False),
    Column("version", Integer, nullable=False),
    instant("valid_from"),
    Column("conditions", JSONB, nullable=False),
    Column("targets", JSONB, nullable=False),
    Column("pauses_on", JSONB, nullable=False),
    reference("calendar_id", "calendars", nullable=True),
    reference("created_by", "users", nullable=True, index=False),
    UniqueConstraint("sla_policy_id", "version"),
)

sla_clocks = Table(
    "sla_clocks",
    metadata,
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    Column("target", Text, nullable=False),
    Column("cycle", Integer, nullable=False, server_default=text("1")),
    reference("policy_version_id", "sla_policy_versions"),
    reference("calendar_version_id", "calendar_versions", nullable=True),
    Column("target_seconds", BigInteger, nullable=False),
    instant("started_at"),
    instant("resumed_at", nullable=True),
    instant("paused_at", nullable=True),
    Column("elapsed_seconds", BigInteger, nullable=False, server_default=text("0")),
    instant("due_at", nullable=True),
    instant("at_risk_at", nullable=True),
    instant("met_at", nullable=True),
    instant("breached_at", nullable=True),
    instant("warned_at", nullable=True),
    PrimaryKeyConstraint("ticket_id", "target", "cycle"),
    Index(
        "ix_sla_clocks_due",
        "due_at",
        postgresql_where=text("met_at is null and breached_at is null and due_at is not null"),
    ),
    Index(
        "ix_sla_clocks_at_risk",
        "at_risk_at",
        postgresql_where=text("met_at is null and breached_at is null and at_risk_at is not null"),
    ),
    Index("ix_sla_clocks_breached_at", "breached_at", "target", postgresql_where=text("breached_at is not null")),
)

sla_rebases = Table(
    "sla_rebases",
    metadata,
    primary_key(),
    reference("sla_policy_id", "sla_policies"),
    instant("created_at"),
    Column("after_ticket_id", BigInteger, nullable=False, server_default=text("0")),
    Index("ix_sla_rebases_created_at", "created_at"),
    comment="An edited policy whose open clocks are still to be re-based, from the ticket after after_ticket_id on",
)
