"""people: How high somebody's rows are."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("users", sa.Column("density", sa.Text(), server_default="comfortable", nullable=False))
    op.create_check_constraint(op.f("ck_users_density"), "users", "density in ('comfortable', 'compact')")


def downgrade() -> None:
    op.drop_column("users", "density")
