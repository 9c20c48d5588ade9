"""The one MetaData, its naming convention, and the few column shapes every table shares."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Identity, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PRIORITIES = ("critical", "high", "medium", "low")
STATUSES = ("open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed")


def primary_key() -> Column[int]:
    """`id bigint generated always as identity`."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def reference(
    name: str, target: str, *, nullable: bool = False, index: bool = True, on_delete: str | None = None, **kw: Any
) -> Column[int]:
    """A foreign key to `target` (a table's `id`), indexed unless another index leads with it."""
    return Column(
        name, BigInteger, ForeignKey(f"{target}.id", ondelete=on_delete), nullable=nullable, index=index, **kw
    )


def instant(name: str, *, nullable: bool = False, **kw: Any) -> Column[Any]:
    """A `timestamptz`."""
    return Column(name, DateTime(timezone=True), nullable=nullable, **kw)


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    """An enum kept as text."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(text(f"{column} in ({listed})"), name=column)
