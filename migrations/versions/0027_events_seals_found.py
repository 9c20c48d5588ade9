"""events: Seals are found by where they end, for the proof of one ticket."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_index("ix_audit_seals_to", "audit_seals", ["to_tx", "to_id"])


def downgrade() -> None:
    op.drop_index("ix_audit_seals_to", "audit_seals")
