"""Alembic's entry: runs the versions in order, as `redress_owner`, with short lock and statement timeouts."""

from pathlib import Path

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from api.settings import load
from api.tables import (  # each adds its tables to the metadata
    attachments,
    audit_logs,
    auth,
    canned,
    conversation,
    csat,
    custom_fields,
    deliveries,
    inbound,
    installation,
    notifications,
    people,
    search,
    sla,
    tickets,
    time_entries,
    webhooks,
    workflows,
)
from api.tables.base import metadata

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "5s"
GRANTS = Path(__file__).parent / "grants.sql"


def ours(obj: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Partitions of the log are made by a function, month by month; they are no tables of the schema."""
    return not (kind == "table" and reflected and name is not None and name.startswith("audit_logs_"))


def run(url: str) -> None:
    """Apply migrations in one transaction each."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"set statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        context.configure(
            connection=connection, target_metadata=metadata, include_object=ours, transaction_per_migration=True
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text(GRANTS.read_text()))
        connection.commit()


run(context.config.attributes.get("url") or load().owner_url)
