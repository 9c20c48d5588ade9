"""notifications: find the old ones; sla: find what is at risk, warned of or not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

OPEN = "met_at is null and breached_at is null and at_risk_at is not null"


def upgrade() -> None:
    op.create_index(
        "ix_notifications_read_at", "notifications", ["read_at"], postgresql_where=sa.text("read_at is not null")
    )
    op.drop_index("ix_sla_clocks_at_risk", "sla_clocks")
    op.create_index("ix_sla_clocks_at_risk", "sla_clocks", ["at_risk_at"], postgresql_where=sa.text(OPEN))


def downgrade() -> None:
    op.drop_index("ix_sla_clocks_at_risk", "sla_clocks")
    op.create_index(
        "ix_sla_clocks_at_risk",
        "sla_clocks",
        ["at_risk_at"],
        postgresql_where=sa.text(
            "met_at is null and breached_at is null and warned_at is null and at_risk_at is not null"
        ),
    )
    op.drop_index("ix_notifications_read_at", "notifications")
