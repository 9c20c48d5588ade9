"""routing: mark the tickets it is to try again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

WAITING = "is_awaiting_routing and assigned_agent_id is null and status not in ('resolved', 'closed')"


def upgrade() -> None:
    op.add_column(
        "tickets", sa.Column("is_awaiting_routing", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )
    op.create_index("ix_tickets_awaiting_routing", "tickets", ["created_at", "id"], postgresql_where=sa.text(WAITING))


def downgrade() -> None:
    op.drop_index("ix_tickets_awaiting_routing", "tickets")
    op.drop_column("tickets", "is_awaiting_routing")
