"""conversation: comments, comment_edits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("is_by_staff", sa.Boolean(), nullable=False),
        sa.Column("mentioned_user_ids", postgresql.ARRAY(sa.BIGINT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_comments_author_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_comments_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_author_id"), "comments", ["author_id"], unique=False)
    op.create_index("ix_comments_ticket_id", "comments", ["ticket_id", "id"], unique=False)
    op.create_table(
        "comment_edits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("edited_by", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_edits_comment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["edited_by"], ["users.id"], name=op.f("fk_comment_edits_edited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_edits")),
    )
    op.create_index(op.f("ix_comment_edits_comment_id"), "comment_edits", ["comment_id"], unique=False)
    op.create_index(op.f("ix_comment_edits_edited_by"), "comment_edits", ["edited_by"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_comment_edits_edited_by"), table_name="comment_edits")
    op.drop_index(op.f("ix_comment_edits_comment_id"), table_name="comment_edits")
    op.drop_table("comment_edits")
    op.drop_index("ix_comments_ticket_id", table_name="comments")
    op.drop_index(op.f("ix_comments_author_id"), table_name="comments")
    op.drop_table("comments")
