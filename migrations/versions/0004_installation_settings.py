"""installation: installation_settings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "installation_settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["users.id"], name=op.f("fk_installation_settings_updated_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_settings")),
    )
    op.create_index(op.f("ix_installation_settings_updated_by"), "installation_settings", ["updated_by"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_installation_settings_updated_by"), table_name="installation_settings")
    op.drop_table("installation_settings")
