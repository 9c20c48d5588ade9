"""people: a person is found by a part of the name or the address."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    for column in ("name", "email"):
        op.create_index(
            f"ix_users_{column}_trgm",
            "users",
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
        )


def downgrade() -> None:
    for column in ("name", "email"):
        op.drop_index(f"ix_users_{column}_trgm", "users")
