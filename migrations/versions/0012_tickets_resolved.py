"""tickets: find what was resolved in a period."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index(
        "ix_tickets_resolved_at", "tickets", ["resolved_at"], postgresql_where=sa.text("resolved_at is not null")
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_resolved_at", "tickets")
