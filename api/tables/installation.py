"""Settings an administrator may change: one row per setting that differs from its default."""

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from api.tables.base import instant, metadata, reference

installation_settings = Table(
    "installation_settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    instant("updated_at"),
    reference("updated_by", "users", nullable=True, on_delete="SET NULL"),
)
