"""workflows: workflows, their runs, and what the sweep has looked at; tickets by when their status changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"

TRIGGERS = (
    "'ticket.created', 'status_change', 'priority_change', 'assignment', 'comment', 'escalation', 'sla_breach', 'at_risk', "
    "'time_based'"
)


def upgrade() -> None:
    op.create_table(
        "workflows",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("actions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"trigger in ({TRIGGERS})", name=op.f("ck_workflows_trigger")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_workflows_created_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflows")),
        comment="revision: of the whole list, one more with each change of any row; a process that knows the highest knows all",
    )
    op.create_index("uq_workflows_revision", "workflows", ["revision"], unique=True)
    op.create_index("ix_workflows_created_by", "workflows", ["created_by"])
    op.create_index(
        "ix_workflows_position", "workflows", ["position", "id"], postgresql_where=sa.text("deleted_at is null")
    )
    op.create_table(
        "workflow_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome in ('done', 'failed', 'stopped')", name=op.f("ck_workflow_runs_outcome")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_workflow_runs_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflows.id"], name=op.f("fk_workflow_runs_workflow_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_runs")),
    )
    op.create_index("ix_workflow_runs_workflow_id", "workflow_runs", ["workflow_id", sa.literal_column("id desc")])
    op.create_index("ix_workflow_runs_ticket_id", "workflow_runs", ["ticket_id", sa.literal_column("id desc")])
    op.create_index("ix_workflow_runs_created_at", "workflow_runs", ["created_at"])
    op.create_table(
        "workflow_watches",
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("after_seconds", sa.Integer(), nullable=False),
        sa.Column("backlog_id", sa.BigInteger(), nullable=True),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "clock in ('created_at', 'updated_at', 'status_changed_at')", name=op.f("ck_workflow_watches_clock")
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["workflows.id"], name=op.f("fk_workflow_watches_workflow_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_workflow_watches")),
        comment="Active time-based workflows: the tickets up to (looked_until, looked_id) and, of those before, up to backlog_id were looked at",
    )
    op.create_table(
        "workflow_firings",
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_workflow_firings_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["workflows.id"], name=op.f("fk_workflow_firings_workflow_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workflow_id", "ticket_id", name=op.f("pk_workflow_firings")),
        comment="The version a ticket was last fired in by time, and since when it had been in its status then",
    )
    op.create_index("ix_workflow_firings_ticket_id", "workflow_firings", ["ticket_id"])
    op.create_index("ix_tickets_status_changed_at", "tickets", ["status_changed_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_tickets_status_changed_at", "tickets")
    for table in ("workflow_firings", "workflow_watches", "workflow_runs", "workflows"):
        op.drop_table(table)
