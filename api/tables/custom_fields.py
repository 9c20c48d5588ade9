"""Fields an administrator adds to tickets; their values lie in `tickets.custom_attributes` under the field's key."""

from sqlalchemy import Boolean, Column, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from api.tables.base import instant, metadata, one_of, primary_key

TYPES = ("text", "textarea", "number", "date", "select", "multiselect", "checkbox")

custom_fields = Table(
    "custom_fields",
    metadata,
    primary_key(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("options", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("is_required", Boolean, nullable=False, server_default=text("false")),
    Column("is_for_customers", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("position", Integer, nullable=False),
    instant("created_at"),
    one_of("type", TYPES),
)
