"""What is true of an exported file: its columns and what they mean, its bounds, and texts that no program may run."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Literal

import msgspec

from api.custom_fields.wire import CustomField

MAX_ROWS = 100_000
"""Rows of a workbook or a CSV."""
MAX_LISTED = 1_000
"""Rows of a list as PDF."""

Kind = Literal["text", "instant", "number", "flag"]


class Column(msgspec.Struct, frozen=True):
    """One column: its key, its title, what its values are, its width in characters, and what it means."""

    key: str
    title: str
    kind: Kind
    width: int
    meaning: str
    is_for_staff: bool = False
    is_custom: bool = False
    """`key` is that of a custom field."""


COLUMNS = (
    Column("number", "Number", "text", 15, "The ticket's number, which everybody calls it by."),
    Column("subject", "Subject", "text", 48, "What the complaint is about, in the customer's words."),
    Column(
        "status",
        "Status",
        "text",
        12,
        "open, assigned, in_progress, pending, escalated, resolved or closed, as of now.",
    ),
    Column("priority", "Priority", "text", 10, "critical, high, medium or low, as of now."),
    Column("source", "Source", "text", 8, "How it came in: web, api, email or import."),
    Column("customer", "Customer", "text", 24, "Who complained."),
    Column("agent", "Agent", "text", 22, "Who works on it now; empty while nobody does."),
    Column("team", "Team", "text", 18, "The team it belongs to now."),
    Column("category", "Category", "text", 18, "What kind of complaint it is."),
    Column("skill", "Skill", "text", 16, "The skill routing looks for.", is_for_staff=True),
    Column("tags", "Tags", "text", 24, "Its tags, separated by commas.", is_for_staff=True),
    Column("created_at", "Created", "instant", 17, "When it was opened."),
    Column("updated_at", "Updated", "instant", 17, "When it last changed."),
    Column("resolved_at", "Resolved", "instant", 17, "When it was last resolved; empty again once it is reopened."),
    Column("closed_at", "Closed", "instant", 17, "When it was closed."),
    Column("next_due_at", "Next due", "instant", 17, "The deadline that comes next; empty while no clock runs."),
    Column("is_sla_breached", "SLA breached", "flag", 13, "Whether a deadline of it has ever passed unmet, as of now."),
    Column("escalation_level", "Escalation level", "number", 15, "How many times it was escalated."),
    Column("reopen_count", "Reopened", "number", 10, "How many times it was reopened."),
    Column("outcome", "Outcome", "text", 14, "upheld, partly_upheld, not_upheld or withdrawn (ISO 10002)."),
    Column("root_cause", "Root cause", "text", 22, "Why it came to the complaint.", is_for_staff=True),
    Column("remedy", "Remedy", "text", 14, "What was done to put it right."),
    Column("remedy_amount", "Remedy amount", "number", 14, "Money refunded or paid."),
    Column("remedy_currency", "Currency", "text", 10, "Currency of that amount (ISO 4217)."),
    Column("csat_score", "Rating", "number", 8, "What the customer made of it: 1 very bad to 5 very good."),
)


def columns_for(fields: Sequence[CustomField], *, is_staff: bool) -> tuple[Column, ...]:
    """The columns a reader gets: a customer's file has those of the ticket's page; the custom fields they see come last."""
    own = [
        Column(
            key=field.key,
            title=field.name,
            kind="number" if field.type == "number" else "text",
            width=18,
            meaning=f"Custom field {field.key} ({field.type}).",
            is_custom=True,
        )
        for field in fields
    ]
    return (*(column for column in COLUMNS if is_staff or not column.is_for_staff), *own)


def csv_text(text: str) -> str:
    """Text of a CSV cell: what a spreadsheet would take for a formula gets a leading apostrophe (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def cell_text(text: str) -> str:
    """Text of a workbook's cell, where no text is run: at most 32,767 characters, and none that xlsxwriter would take for
    markup of its own and write unescaped (`<r>…</r>`)."""
    return (f" {text}" if text.startswith("<r>") else text)[:32_767]


def serial_day(instant: datetime, zone: tzinfo) -> float:
    """An instant as spreadsheets count days, on the clock of `zone` (ECMA-376, part 1, 18.17.4.1)."""
    local = instant.astimezone(zone).replace(tzinfo=UTC)
    return local.timestamp() / 86_400 + 25_569


def words(key: str) -> str:
    """`in_progress` as people read it."""
    return key.replace("_", " ").capitalize()


def file_stem(name: str) -> str:
    """A name for a file: lower-case words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "export"
