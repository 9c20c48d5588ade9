"""privacy: when a person, and the words of a ticket, were erased."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_tickets_retained",
        "tickets",
        ["closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'closed' and erased_at is null"),
    )
    op.add_column("users", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "erased_at")
    op.drop_index("ix_tickets_retained", "tickets")
    op.drop_column("tickets", "erased_at")
