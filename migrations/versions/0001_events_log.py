"""events: audit_logs, audit_seals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

revision = "0001"
down_revision = None


class XID8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    def get_col_spec(self, **kw: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("tx", XID8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("old_values", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("new_values", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "actor_kind in ('user', 'system', 'workflow', 'token')", name=op.f("ck_audit_logs_actor_kind")
        ),
        sa.CheckConstraint("visibility in ('public', 'internal')", name=op.f("ck_audit_logs_visibility")),
        sa.PrimaryKeyConstraint("id", "occurred_at", name=op.f("pk_audit_logs")),
        postgresql_partition_by="range (occurred_at)",
    )
    op.create_index("ix_audit_logs_action", "audit_logs", ["action", "id"], unique=False)
    op.create_index("ix_audit_logs_actor_id", "audit_logs", ["actor_id", "id"], unique=False)
    op.create_index("ix_audit_logs_entity", "audit_logs", ["entity_type", "entity_id", "id"], unique=False)
    op.create_index("ix_audit_logs_ticket_id", "audit_logs", ["ticket_id", "id"], unique=False)
    op.create_index("ix_audit_logs_tx", "audit_logs", ["tx", "id"], unique=False)
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("from_tx", XID8(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("to_tx", XID8(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("row_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("row_digests", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
    )


def downgrade() -> None:
    op.drop_table("audit_seals")
    op.drop_index("ix_audit_logs_tx", table_name="audit_logs")
    op.drop_index("ix_audit_logs_ticket_id", table_name="audit_logs")
    op.drop_index("ix_audit_logs_entity", table_name="audit_logs")
    op.drop_index("ix_audit_logs_actor_id", table_name="audit_logs")
    op.drop_index("ix_audit_logs_action", table_name="audit_logs")
    op.drop_table("audit_logs")
