"""Workflows, what they did, and where the sweep is with those that time fires."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from api.tables.base import instant, metadata, one_of, primary_key, reference

TRIGGERS = (
    "ticket.created",
    "status_change",
    "priority_change",
    "assignment",
    "comment",
    "escalation",
    "sla_breach",
    "at_risk",
    "time_based",
)
OUTCOMES = ("done", "failed", "stopped")

workflows = Table(
    "workflows",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("conditions", JSONB, nullable=False),
    Column("actions", JSONB, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("revision", BigInteger, nullable=False),
    reference("created_by", "users", nullable=True, on_delete="SET NULL"),
    instant("created_at"),
    instant("updated_at"),
    instant("deleted_at", nullable=True),
    one_of("trigger", TRIGGERS),
    Index("uq_workflows_revision", "revision", unique=True),
    Index("ix_workflows_position", "position", "id", postgresql_where=text("deleted_at is null")),
    comment="revision: of the whole list, one more with each change of any row; a process that knows the highest knows all",
)

workflow_runs = Table(
    "workflow_runs",
    metadata,
    primary_key(),
    reference("workflow_id", "workflows", index=False),
    Column("workflow_version", Integer, nullable=False),
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    Column("event_id", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("results", JSONB, nullable=False),
    instant("created_at"),
    one_of("outcome", OUTCOMES),
    Index("ix_workflow_runs_workflow_id", "workflow_id", text("id desc")),
    Index("ix_workflow_runs_ticket_id", "ticket_id", text("id desc")),
    Index("ix_workflow_runs_created_at", "created_at"),
)

workflow_watches = Table(
    "workflow_watches",
    metadata,
    Column("workflow_id", BigInteger, ForeignKey("workflows.id", ondelete="CASCADE"), primary_key=True),
    Column("clock", Text, nullable=False),
    Column("after_seconds", Integer, nullable=False),
    Column("backlog_id", BigInteger),
    instant("looked_until"),
    Column("looked_id", BigInteger, nullable=False, server_default=text("0")),
    one_of("clock", ("created_at", "updated_at", "status_changed_at")),
    comment="Active time-based workflows: the tickets up to (looked_until, looked_id) and, of those before, up to backlog_id were looked at",
)

workflow_firings = Table(
    "workflow_firings",
    metadata,
    Column("workflow_id", BigInteger, ForeignKey("workflows.id", ondelete="CASCADE")),
    reference("ticket_id", "tickets", on_delete="CASCADE"),
    Column("workflow_version", Integer, nullable=False),
    instant("state_at"),
    PrimaryKeyConstraint("workflow_id", "ticket_id"),
    comment="The version a ticket was last fired in by time, and since when it had been in its status then",
)
