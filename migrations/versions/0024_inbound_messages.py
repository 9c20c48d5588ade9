"""inbound: what became of every mail that came in."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "inbound_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("comment_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fate in ('ticket', 'comment', 'refused')", name=op.f("ck_inbound_messages_fate")),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_inbound_messages_comment_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_inbound_messages_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_inbound_messages_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_inbound_messages_message_id")),
        comment="message_id is the mail's own, so that it is taken once; folded is what a reply quoted",
    )
    op.create_index(op.f("ix_inbound_messages_comment_id"), "inbound_messages", ["comment_id"], unique=False)
    op.create_index(
        "ix_inbound_messages_fate", "inbound_messages", ["fate", sa.literal_column("id desc")], unique=False
    )
    op.create_index("ix_inbound_messages_received_at", "inbound_messages", ["received_at"], unique=False)
    op.create_index("ix_inbound_messages_sender", "inbound_messages", ["sender", "received_at"], unique=False)
    op.create_index(
        "ix_inbound_messages_ticket_id", "inbound_messages", ["ticket_id", sa.literal_column("id desc")], unique=False
    )
    op.create_index(op.f("ix_inbound_messages_user_id"), "inbound_messages", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("inbound_messages")
