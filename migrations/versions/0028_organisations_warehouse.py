"""organisations: The warehouse reads them, and root causes: rights alone, which `grants.sql` gives after every upgrade."""

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Nothing of the schema changes."""


def downgrade() -> None:
    """Nothing of the schema changes."""
