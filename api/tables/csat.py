"""How content a customer was with the way a ticket was handled."""

from sqlalchemy import Column, PrimaryKeyConstraint, SmallInteger, Table, Text, text
from sqlalchemy.schema import CheckConstraint

from api.tables.base import instant, metadata, reference

csat_ratings = Table(
    "csat_ratings",
    metadata,
    reference("ticket_id", "tickets", index=False, on_delete="CASCADE"),
    Column("score", SmallInteger, nullable=False),
    Column("comment", Text),
    instant("first_rated_at"),
    instant("rated_at"),
    CheckConstraint(text("score between 1 and 5"), name="score"),
    PrimaryKeyConstraint("ticket_id"),
)
