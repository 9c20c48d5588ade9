"""Sessions, their refresh tokens, second factors, and API tokens."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from api.tables.base import instant, metadata, primary_key, reference

sessions = Table(
    "sessions",
    metadata,
    primary_key(),
    reference("user_id", "users", on_delete="CASCADE"),
    Column("cookie_sha256", LargeBinary, unique=True),
    Column("ip", Text),
    Column("user_agent", Text),
    instant("created_at"),
    instant("last_seen_at"),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
    Index("ix_sessions_expires_at", "expires_at"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    primary_key(),
    reference("session_id", "sessions", on_delete="CASCADE"),
    Column("token_sha256", LargeBinary, nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", nullable=True),
)

password_resets = Table(
    "password_resets",
    metadata,
    primary_key(),
    reference("user_id", "users", on_delete="CASCADE"),
    Column("token_sha256", LargeBinary, nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", nullable=True),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False, comment="Encrypted under the installation's key"),
    Column("last_step", BigInteger, comment="Of the last code that was taken; no code of it or before works again"),
    instant("created_at"),
    instant("confirmed_at", nullable=True),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    primary_key(),
    reference("user_id", "users", on_delete="CASCADE"),
    Column("code_sha256", LargeBinary, nullable=False),
    instant("created_at"),
    instant("used_at", nullable=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    primary_key(),
    reference("user_id", "users", on_delete="CASCADE"),
    Column("name", Text, nullable=False),
    Column("token_sha256", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("is_revoked", Boolean, nullable=False, server_default=text("false")),
    instant("created_at"),
    instant("expires_at", nullable=True),
    instant("last_used_at", nullable=True),
)
