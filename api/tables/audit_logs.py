"""The event log and its seals. Only `api.events` may import this."""

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import UserDefinedType

from api.tables.base import instant, metadata, one_of, primary_key


class XID8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **kw: object) -> str:
        return "xid8"


audit_logs = Table(
    "audit_logs",
    metadata,
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("tx", XID8, nullable=False, server_default=text("pg_current_xact_id()")),
    instant("occurred_at"),
    Column("action", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("entity_id", BigInteger),
    Column("ticket_id", BigInteger),
    Column("actor_id", BigInteger),
    Column("actor_kind", Text, nullable=False),
    Column("old_values", JSONB),
    Column("new_values", JSONB),
    Column("ip", Text),
    Column("user_agent", Text),
    Column("visibility", Text, nullable=False),
    PrimaryKeyConstraint("id", "occurred_at"),
    one_of("actor_kind", ("user", "system", "workflow", "token")),
    one_of("visibility", ("public", "internal")),
    Index("ix_audit_logs_tx", "tx", "id"),
    Index("ix_audit_logs_ticket_id", "ticket_id", "id"),
    Index("ix_audit_logs_entity", "entity_type", "entity_id", "id"),
    Index("ix_audit_logs_actor_id", "actor_id", "id"),
    Index("ix_audit_logs_action", "action", "id"),
    postgresql_partition_by="range (occurred_at)",
)

audit_seals = Table(
    "audit_seals",
    metadata,
    primary_key(),
    Column("from_tx", XID8, nullable=False),
    Column("from_id", BigInteger, nullable=False),
    Column("to_tx", XID8, nullable=False),
    Column("to_id", BigInteger, nullable=False),
    Column("row_count", BigInteger, nullable=False),
    Column("row_ids", ARRAY(BigInteger), nullable=False),
    Column("row_digests", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    instant("sealed_at"),
    Index("ix_audit_seals_to", "to_tx", "to_id"),
)
