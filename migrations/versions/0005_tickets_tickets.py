"""tickets: tickets, ticket_watchers, idempotency_keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "operation", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("priority", sa.Text(), server_default="medium", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("assigned_agent_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("skill_id", sa.BigInteger(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "custom_attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("escalation_level", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reopen_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("priority in ('critical', 'high', 'medium', 'low')", name=op.f("ck_tickets_priority")),
        sa.CheckConstraint("source in ('web', 'api', 'email', 'import')", name=op.f("ck_tickets_source")),
        sa.CheckConstraint(
            "status in ('open', 'assigned', 'in_progress', 'pending', 'escalated', 'resolved', 'closed')",
            name=op.f("ck_tickets_status"),
        ),
        sa.ForeignKeyConstraint(["assigned_agent_id"], ["users.id"], name=op.f("fk_tickets_assigned_agent_id")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_tickets_category_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["users.id"], name=op.f("fk_tickets_customer_id")),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_tickets_skill_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tickets_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index(
        "ix_tickets_active_agent",
        "tickets",
        ["assigned_agent_id", "priority"],
        unique=False,
        postgresql_where=sa.text("status not in ('resolved', 'closed')"),
    )
    op.create_index(
        "ix_tickets_active_due",
        "tickets",
        [sa.literal_column("next_due_at nulls last"), "id"],
        unique=False,
        postgresql_where=sa.text("status not in ('resolved', 'closed')"),
    )
    op.create_index(
        "ix_tickets_active_team_due",
        "tickets",
        ["team_id", sa.literal_column("next_due_at nulls last"), "id"],
        unique=False,
        postgresql_where=sa.text("status not in ('resolved', 'closed')"),
    )
    op.create_index(
        "ix_tickets_assigned_agent_id",
        "tickets",
        ["assigned_agent_id", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_auto_close",
        "tickets",
        ["resolved_at"],
        unique=False,
        postgresql_where=sa.text("status = 'resolved'"),
    )
    op.create_index(
        "ix_tickets_category_id",
        "tickets",
        ["category_id", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_created_at",
        "tickets",
        [sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_customer_id",
        "tickets",
        ["customer_id", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_first_breached_at",
        "tickets",
        ["first_breached_at"],
        unique=False,
        postgresql_where=sa.text("first_breached_at is not null"),
    )
    op.create_index(
        "ix_tickets_priority",
        "tickets",
        ["priority", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_priority_rank",
        "tickets",
        [
            sa.literal_column("(array_position(array['critical', 'high', 'medium', 'low'], priority))"),
            sa.literal_column("created_at desc"),
            sa.literal_column("id desc"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_tickets_skill_id",
        "tickets",
        ["skill_id", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_status",
        "tickets",
        ["status", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_team_id",
        "tickets",
        ["team_id", sa.literal_column("created_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index(
        "ix_tickets_unassigned",
        "tickets",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("assigned_agent_id is null and status not in ('resolved', 'closed')"),
    )
    op.create_index(
        "ix_tickets_updated_at",
        "tickets",
        [sa.literal_column("updated_at desc"), sa.literal_column("id desc")],
        unique=False,
    )
    op.create_index("uq_tickets_external_id", "tickets", ["external_id"], unique=True)
    op.create_table(
        "ticket_watchers",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_watchers_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_watchers_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "user_id", name=op.f("pk_ticket_watchers")),
    )
    op.create_index(op.f("ix_ticket_watchers_user_id"), "ticket_watchers", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_ticket_watchers_user_id"), table_name="ticket_watchers")
    op.drop_table("ticket_watchers")
    op.drop_index("uq_tickets_external_id", table_name="tickets")
    op.drop_index("ix_tickets_updated_at", table_name="tickets")
    op.drop_index(
        "ix_tickets_unassigned",
        table_name="tickets",
        postgresql_where=sa.text("assigned_agent_id is null and status not in ('resolved', 'closed')"),
    )
    op.drop_index("ix_tickets_team_id", table_name="tickets")
    op.drop_index("ix_tickets_status", table_name="tickets")
    op.drop_index("ix_tickets_skill_id", table_name="tickets")
    op.drop_index("ix_tickets_priority_rank", table_name="tickets")
    op.drop_index("ix_tickets_priority", table_name="tickets")
    op.drop_index(
        "ix_tickets_first_breached_at", table_name="tickets", postgresql_where=sa.text("first_breached_at is not null")
    )
    op.drop_index("ix_tickets_customer_id", table_name="tickets")
    op.drop_index("ix_tickets_created_at", table_name="tickets")
    op.drop_index("ix_tickets_category_id", table_name="tickets")
    op.drop_index("ix_tickets_auto_close", table_name="tickets", postgresql_where=sa.text("status = 'resolved'"))
    op.drop_index("ix_tickets_assigned_agent_id", table_name="tickets")
    op.drop_index(
        "ix_tickets_active_team_due",
        table_name="tickets",
        postgresql_where=sa.text("status not in ('resolved', 'closed')"),
    )
    op.drop_index(
        "ix_tickets_active_due", table_name="tickets", postgresql_where=sa.text("status not in ('resolved', 'closed')")
    )
    op.drop_index(
        "ix_tickets_active_agent",
        table_name="tickets",
        postgresql_where=sa.text("status not in ('resolved', 'closed')"),
    )
    op.drop_table("tickets")
    op.drop_index("ix_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
