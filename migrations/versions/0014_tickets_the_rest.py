"""tickets: merges, links, snoozes, outcomes, custom fields, satisfaction, organisations, bulk changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("options", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_for_customers", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "type in ('text', 'textarea', 'number', 'date', 'select', 'multiselect', 'checkbox')",
            name=op.f("ck_custom_fields_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_fields")),
        sa.UniqueConstraint("key", name=op.f("uq_custom_fields_key")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_index("ix_organisations_domains", "organisations", ["domains"], unique=False, postgresql_using="gin")
    op.create_table(
        "root_causes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["root_causes.id"], name=op.f("fk_root_causes_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_causes")),
    )
    op.create_index(op.f("ix_root_causes_parent_id"), "root_causes", ["parent_id"], unique=False)
    op.create_index(
        "uq_root_causes_name", "root_causes", [sa.literal_column("coalesce(parent_id, 0)"), "name"], unique=True
    )
    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_bulk_changes_actor_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
        comment="What a bulk command did to each ticket, for its result page and for taking it back",
    )
    op.create_index(op.f("ix_bulk_changes_actor_id"), "bulk_changes", ["actor_id"], unique=False)
    op.create_index("ix_bulk_changes_created_at", "bulk_changes", ["created_at"], unique=False)
    op.create_table(
        "csat_ratings",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("first_rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_csat_ratings_score")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_csat_ratings_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_csat_ratings")),
    )
    op.create_table(
        "ticket_links",
        sa.Column("from_ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("to_ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('duplicate_of', 'related', 'parent')", name=op.f("ck_ticket_links_kind")),
        sa.CheckConstraint("from_ticket_id <> to_ticket_id", name=op.f("ck_ticket_links_to_another")),
        sa.ForeignKeyConstraint(
            ["from_ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_from_ticket_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_to_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("from_ticket_id", "to_ticket_id", "kind", name=op.f("pk_ticket_links")),
        comment="from is a duplicate of, related to, or the child whose parent is, to",
    )
    op.create_index(op.f("ix_ticket_links_to_ticket_id"), "ticket_links", ["to_ticket_id"], unique=False)
    op.add_column("tickets", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tickets", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("root_cause_id", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("remedy", sa.Text(), nullable=True))
    op.add_column("tickets", sa.Column("remedy_amount", sa.Numeric(precision=14, scale=2), nullable=True))
    op.add_column("tickets", sa.Column("remedy_currency", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_tickets_outcome"), "tickets", "outcome in ('upheld', 'partly_upheld', 'not_upheld', 'withdrawn')"
    )
    op.create_check_constraint(
        op.f("ck_tickets_remedy"),
        "tickets",
        "remedy in ('apology', 'explanation', 'repair', 'replacement', 'refund', 'compensation', 'other')",
    )
    op.create_index(
        "ix_tickets_custom_attributes",
        "tickets",
        ["custom_attributes"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"custom_attributes": "jsonb_path_ops"},
    )
    op.create_index(
        "ix_tickets_merged_into_id",
        "tickets",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    op.create_index(
        "ix_tickets_root_cause_id",
        "tickets",
        ["root_cause_id"],
        unique=False,
        postgresql_where=sa.text("root_cause_id is not null"),
    )
    op.create_index(
        "ix_tickets_snoozed_until",
        "tickets",
        ["snoozed_until"],
        unique=False,
        postgresql_where=sa.text("snoozed_until is not null"),
    )
    op.create_index("ix_tickets_tags", "tickets", ["tags"], unique=False, postgresql_using="gin")
    op.create_foreign_key(op.f("fk_tickets_root_cause_id"), "tickets", "root_causes", ["root_cause_id"], ["id"])
    op.create_foreign_key(op.f("fk_tickets_merged_into_id"), "tickets", "tickets", ["merged_into_id"], ["id"])
    op.add_column("users", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_users_organisation_id"), "users", ["organisation_id"], unique=False)
    op.create_foreign_key(op.f("fk_users_organisation_id"), "users", "organisations", ["organisation_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_users_organisation_id"), "users", type_="foreignkey")
    op.drop_index(op.f("ix_users_organisation_id"), table_name="users")
    op.drop_column("users", "organisation_id")
    op.drop_constraint(op.f("fk_tickets_merged_into_id"), "tickets", type_="foreignkey")
    op.drop_constraint(op.f("fk_tickets_root_cause_id"), "tickets", type_="foreignkey")
    op.drop_index("ix_tickets_tags", table_name="tickets", postgresql_using="gin")
    op.drop_index(
        "ix_tickets_snoozed_until", table_name="tickets", postgresql_where=sa.text("snoozed_until is not null")
    )
    op.drop_index(
        "ix_tickets_root_cause_id", table_name="tickets", postgresql_where=sa.text("root_cause_id is not null")
    )
    op.drop_index(
        "ix_tickets_merged_into_id", table_name="tickets", postgresql_where=sa.text("merged_into_id is not null")
    )
    op.drop_index(
        "ix_tickets_custom_attributes",
        table_name="tickets",
        postgresql_using="gin",
        postgresql_ops={"custom_attributes": "jsonb_path_ops"},
    )
    op.drop_column("tickets", "remedy_currency")
    op.drop_column("tickets", "remedy_amount")
    op.drop_column("tickets", "remedy")
    op.drop_column("tickets", "root_cause_id")
    op.drop_column("tickets", "outcome")
    op.drop_column("tickets", "merged_into_id")
    op.drop_column("tickets", "snoozed_until")
    op.drop_index(op.f("ix_ticket_links_to_ticket_id"), table_name="ticket_links")
    op.drop_table("ticket_links")
    op.drop_table("csat_ratings")
    op.drop_index("ix_bulk_changes_created_at", table_name="bulk_changes")
    op.drop_index(op.f("ix_bulk_changes_actor_id"), table_name="bulk_changes")
    op.drop_table("bulk_changes")
    op.drop_index("uq_root_causes_name", table_name="root_causes")
    op.drop_index(op.f("ix_root_causes_parent_id"), table_name="root_causes")
    op.drop_table("root_causes")
    op.drop_index("ix_organisations_domains", table_name="organisations", postgresql_using="gin")
    op.drop_table("organisations")
    op.drop_table("custom_fields")
