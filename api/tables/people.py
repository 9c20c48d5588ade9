"""Organisations, users, teams, skills and categories."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from api.tables.base import instant, metadata, one_of, primary_key, reference

organisations = Table(
    "organisations",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False, unique=True),
    Column("domains", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("is_shared", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    instant("created_at"),
    Index("ix_organisations_domains", "domains", postgresql_using="gin"),
)

users = Table(
    "users",
    metadata,
    primary_key(),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("availability", Text, nullable=False, server_default="offline"),
    Column("capacity", Integer, nullable=False, server_default=text("20")),
    Column("tags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("language", Text, nullable=False, server_default="en"),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("theme", Text, nullable=False, server_default="system"),
    Column("density", Text, nullable=False, server_default="comfortable"),
    Column("external_id", Text),
    reference("organisation_id", "organisations", nullable=True),
    Column("is_organisation_confirmed", Boolean, nullable=False, server_default=text("false")),
    instant("last_assigned_at", nullable=True),
    instant("erased_at", nullable=True),
    instant("created_at"),
    instant("updated_at"),
    one_of("role", ("customer", "agent", "admin")),
    one_of("availability", ("available", "away", "offline")),
    one_of("theme", ("system", "light", "dark")),
    one_of("density", ("comfortable", "compact")),
    Index("uq_users_email", text("lower(email)"), unique=True),
    Index("uq_users_external_id", "external_id", unique=True),
    Index("ix_users_role_name", "role", "name", "id"),
    Index("ix_users_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    Index("ix_users_email_trgm", "email", postgresql_using="gin", postgresql_ops={"email": "gin_trgm_ops"}),
    Index(
        "ix_users_routable",
        "id",
        postgresql_where=text("is_active and availability = 'available' and role <> 'customer'"),
    ),
)

teams = Table(
    "teams",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("external_id", Text, unique=True),
    instant("created_at"),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team_id", BigInteger, ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, nullable=False, server_default="member"),
    one_of("role", ("member", "lead")),
    Index("ix_team_members_user_id", "user_id"),
)

skills = Table(
    "skills", metadata, primary_key(), Column("name", Text, nullable=False, unique=True), instant("created_at")
)

user_skills = Table(
    "user_skills",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("skill_id", BigInteger, ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True),
    Column("proficiency", SmallInteger, nullable=False),
    CheckConstraint(text("proficiency between 1 and 5"), name="proficiency"),
    Index("ix_user_skills_skill_id", "skill_id"),
)

categories = Table(
    "categories",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    reference("parent_id", "categories", nullable=True),
    reference("skill_id", "skills", nullable=True),
    reference("team_id", "teams", nullable=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("external_id", Text, unique=True),
    instant("created_at"),
    Index("uq_categories_name", text("coalesce(parent_id, 0)"), "name", unique=True),
)
