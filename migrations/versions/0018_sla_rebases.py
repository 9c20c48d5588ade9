"""sla: the edits whose open clocks are still to be re-based."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "sla_rebases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sla_policy_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_ticket_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["sla_policy_id"], ["sla_policies.id"], name=op.f("fk_sla_rebases_sla_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_rebases")),
        comment="An edited policy whose open clocks are still to be re-based, from the ticket after after_ticket_id on",
    )
    op.create_index("ix_sla_rebases_created_at", "sla_rebases", ["created_at"])
    op.create_index(op.f("ix_sla_rebases_sla_policy_id"), "sla_rebases", ["sla_policy_id"])


def downgrade() -> None:
    op.drop_table("sla_rebases")
