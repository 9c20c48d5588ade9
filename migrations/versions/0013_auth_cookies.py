"""auth: a browser's session is found by the hash of its cookie."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("cookie_sha256", sa.LargeBinary, nullable=True))
    op.create_unique_constraint("uq_sessions_cookie_sha256", "sessions", ["cookie_sha256"])


def downgrade() -> None:
    op.drop_constraint("uq_sessions_cookie_sha256", "sessions")
    op.drop_column("sessions", "cookie_sha256")
