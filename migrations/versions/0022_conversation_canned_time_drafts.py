"""conversation: canned_responses, time_entries, drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "canned_responses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("shortcut", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scope in ('personal', 'team', 'global')", name=op.f("ck_canned_responses_scope")),
        sa.CheckConstraint(
            "(scope = 'personal') = (owner_id is not null) and (scope = 'team') = (team_id is not null)",
            name=op.f("ck_canned_responses_place"),
        ),
        sa.CheckConstraint("scope = 'global' or not is_published", name=op.f("ck_canned_responses_published")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_canned_responses_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_canned_responses_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_responses")),
    )
    op.create_index(op.f("ix_canned_responses_owner_id"), "canned_responses", ["owner_id"])
    op.create_index(op.f("ix_canned_responses_team_id"), "canned_responses", ["team_id"])
    for scope, columns in (
        ("personal", ["owner_id", "shortcut"]),
        ("team", ["team_id", "shortcut"]),
        ("global", ["shortcut"]),
    ):
        op.create_index(
            f"uq_canned_responses_{scope}",
            "canned_responses",
            columns,
            unique=True,
            postgresql_where=sa.text(f"scope = '{scope}'"),
        )
    op.create_index(
        "ix_canned_responses_published",
        "canned_responses",
        ["title", "id"],
        postgresql_where=sa.text("is_published"),
    )
    op.create_table(
        "time_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("is_billable", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("duration_seconds between 1 and 86400", name=op.f("ck_time_entries_duration_seconds")),
        sa.ForeignKeyConstraint(["agent_id"], ["users.id"], name=op.f("fk_time_entries_agent_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_time_entries_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entries")),
    )
    op.create_index("ix_time_entries_ticket_id", "time_entries", ["ticket_id", "id"])
    op.create_index("ix_time_entries_agent_id", "time_entries", ["agent_id", "started_at"])
    op.create_index("ix_time_entries_started_at", "time_entries", ["started_at"])
    op.create_index(
        "uq_time_entries_running",
        "time_entries",
        ["agent_id"],
        unique=True,
        postgresql_where=sa.text("duration_seconds is null"),
    )
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode in ('reply', 'note')", name=op.f("ck_drafts_mode")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_drafts_ticket_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", "mode", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_ticket_id"), "drafts", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("drafts")
    op.drop_table("time_entries")
    op.drop_table("canned_responses")
