"""Canned responses, which are also macros and known answers."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from api.tables.base import instant, metadata, one_of, primary_key, reference

SCOPES = ("personal", "team", "global")

canned_responses = Table(
    "canned_responses",
    metadata,
    primary_key(),
    Column("scope", Text, nullable=False),
    reference("owner_id", "users", nullable=True, on_delete="CASCADE"),
    reference("team_id", "teams", nullable=True),
    Column("shortcut", Text),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("changes", JSONB, nullable=False, server_default=text("'{}'")),
    Column("is_published", Boolean, nullable=False, server_default=text("false")),
    instant("created_at"),
    instant("updated_at"),
    one_of("scope", SCOPES),
    CheckConstraint(
        text("(scope = 'personal') = (owner_id is not null) and (scope = 'team') = (team_id is not null)"), name="place"
    ),
    CheckConstraint(text("scope = 'global' or not is_published"), name="published"),
    Index(
        "uq_canned_responses_personal", "owner_id", "shortcut", unique=True, postgresql_where=text("scope = 'personal'")
    ),
    Index("uq_canned_responses_team", "team_id", "shortcut", unique=True, postgresql_where=text("scope = 'team'")),
    Index("uq_canned_responses_global", "shortcut", unique=True, postgresql_where=text("scope = 'global'")),
    Index("ix_canned_responses_published", "title", "id", postgresql_where=text("is_published")),
)
