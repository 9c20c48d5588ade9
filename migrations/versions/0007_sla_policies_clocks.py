"""sla: calendars, calendar_versions, sla_policies, sla_policy_versions, sla_clocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("name", name=op.f("uq_calendars_name")),
    )
    op.create_table(
        "sla_policies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policies")),
        sa.UniqueConstraint("name", name=op.f("uq_sla_policies_name")),
    )
    op.create_index("ix_sla_policies_position", "sla_policies", ["position", "id"], unique=False)
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("weekly_hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("holidays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_calendar_versions_calendar_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_calendar_versions_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("calendar_id", "version", name=op.f("uq_calendar_versions_calendar_id_version")),
    )
    op.create_table(
        "sla_policy_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sla_policy_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("targets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pauses_on", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_sla_policy_versions_calendar_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_sla_policy_versions_created_by")),
        sa.ForeignKeyConstraint(
            ["sla_policy_id"], ["sla_policies.id"], name=op.f("fk_sla_policy_versions_sla_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_policy_versions")),
        sa.UniqueConstraint("sla_policy_id", "version", name=op.f("uq_sla_policy_versions_sla_policy_id_version")),
    )
    op.create_index(op.f("ix_sla_policy_versions_calendar_id"), "sla_policy_versions", ["calendar_id"], unique=False)
    op.create_table(
        "sla_clocks",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("policy_version_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar_version_id", sa.BigInteger(), nullable=True),
        sa.Column("target_seconds", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("elapsed_seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_risk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_version_id"], ["calendar_versions.id"], name=op.f("fk_sla_clocks_calendar_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["sla_policy_versions.id"], name=op.f("fk_sla_clocks_policy_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_sla_clocks_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "target", "cycle", name=op.f("pk_sla_clocks")),
    )
    op.create_index(
        "ix_sla_clocks_at_risk",
        "sla_clocks",
        ["at_risk_at"],
        unique=False,
        postgresql_where=sa.text(
            "met_at is null and breached_at is null and warned_at is null and at_risk_at is not null"
        ),
    )
    op.create_index(
        "ix_sla_clocks_breached_at",
        "sla_clocks",
        ["breached_at", "target"],
        unique=False,
        postgresql_where=sa.text("breached_at is not null"),
    )
    op.create_index(op.f("ix_sla_clocks_calendar_version_id"), "sla_clocks", ["calendar_version_id"], unique=False)
    op.create_index(
        "ix_sla_clocks_due",
        "sla_clocks",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("met_at is null and breached_at is null and due_at is not null"),
    )
    op.create_index(op.f("ix_sla_clocks_policy_version_id"), "sla_clocks", ["policy_version_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sla_clocks_policy_version_id"), table_name="sla_clocks")
    op.drop_index(
        "ix_sla_clocks_due",
        table_name="sla_clocks",
        postgresql_where=sa.text("met_at is null and breached_at is null and due_at is not null"),
    )
    op.drop_index(op.f("ix_sla_clocks_calendar_version_id"), table_name="sla_clocks")
    op.drop_index(
        "ix_sla_clocks_breached_at", table_name="sla_clocks", postgresql_where=sa.text("breached_at is not null")
    )
    op.drop_index(
        "ix_sla_clocks_at_risk",
        table_name="sla_clocks",
        postgresql_where=sa.text(
            "met_at is null and breached_at is null and warned_at is null and at_risk_at is not null"
        ),
    )
    op.drop_table("sla_clocks")
    op.drop_index(op.f("ix_sla_policy_versions_calendar_id"), table_name="sla_policy_versions")
    op.drop_table("sla_policy_versions")
    op.drop_table("calendar_versions")
    op.drop_index("ix_sla_policies_position", table_name="sla_policies")
    op.drop_table("sla_policies")
    op.drop_table("calendars")
