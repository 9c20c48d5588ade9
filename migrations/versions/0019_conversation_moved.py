"""conversation: where a comment was said, when its ticket was merged or split."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("comments", sa.Column("moved_from_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_comments_moved_from_id", "comments", "tickets", ["moved_from_id"], ["id"])
    op.create_index(
        "ix_comments_moved_from_id",
        "comments",
        ["moved_from_id"],
        postgresql_where=sa.text("moved_from_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_comments_moved_from_id", "comments")
    op.drop_constraint("fk_comments_moved_from_id", "comments")
    op.drop_column("comments", "moved_from_id")
