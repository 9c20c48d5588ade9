"""Time spent on tickets."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text, text

from api.tables.base import instant, metadata, primary_key, reference

time_entries = Table(
    "time_entries",
    metadata,
    primary_key(),
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    reference("agent_id", "users", index=False),
    instant("started_at"),
    Column("duration_seconds", Integer),
    Column("is_billable", Boolean, nullable=False),
    Column("description", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    instant("created_at"),
    CheckConstraint(text("duration_seconds between 1 and 86400"), name="duration_seconds"),
    Index("ix_time_entries_ticket_id", "ticket_id", "id"),
    Index("ix_time_entries_agent_id", "agent_id", "started_at"),
    Index("ix_time_entries_started_at", "started_at"),
    Index("uq_time_entries_running", "agent_id", unique=True, postgresql_where=text("duration_seconds is null")),
)
