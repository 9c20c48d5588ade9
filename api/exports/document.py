"""What the pages say: tickets as the data that `typst/list.typ` and `typst/ticket.typ` set."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.exports.markup import blocks
from api.exports.rules import MAX_LISTED, Column, words
from api.tickets.wire import Ticket, TimelineEntry

LISTED = {
    "number": 0,
    "subject": 3,
    "status": 0,
    "priority": 0,
    "customer": 1.4,
    "agent": 1.4,
    "created_at": 0,
    "next_due_at": 0,
    "is_sla_breached": 0,
}
"""Columns of the list as PDF → their share of the width that is left; 0 takes what it needs."""
INTERNAL = "Internal: this copy holds notes and events that the customer does not see. Do not pass it on."
NEWEST = 500
"""Comments and events a ticket is read with: its newest."""

_DID = {
    "ticket.created": "Opened",
    "ticket.updated": "Fields changed",
    "ticket.assigned": "Assigned",
    "ticket.escalated": "Escalated",
    "ticket.merged": "Merged into another ticket",
    "comment.added": "Comment",
    "comment.edited": "Comment corrected",
    "attachment.added": "File added",
    "attachment.removed": "File removed",
    "csat.rated": "Rated",
    "sla.applied": "Service level applied",
    "sla.at_risk": "Deadline at risk",
    "sla.breached": "Deadline missed",
}


def list_document(
    rows: Sequence[tuple[Any, ...]],
    columns: Sequence[Column],
    *,
    described: str,
    now: datetime,
    zone: str,
    product: str,
) -> dict[str, Any]:
    """Data of `list.typ`: the first MAX_LISTED rows, and a line that says so when there are more."""
    shown = rows[:MAX_LISTED]
    held = f"{len(shown):,} tickets" if len(shown) == len(rows) else f"The first {len(shown):,} tickets; more match"
    return {
        "product": product,
        "title": f"Tickets of {product}",
        "heading": "Tickets",
        "warning": None,
        "described": f"{held}. {described}. Times in {zone}.",
        "made": f"{product} · {_at(now, zone)} {zone} · {held}",
        "columns": [{"title": column.title, "share": LISTED[column.key]} for column in columns],
        "rows": [[_cell(column, value, zone) for column, value in zip(columns, row, strict=True)] for row in shown],
    }


def ticket_document(ticket: Ticket, *, is_internal: bool, now: datetime, zone: str, product: str) -> dict[str, Any]:
    """Data of `ticket.typ`. `is_internal`: it holds what only staff sees, and every page says so."""
    of_thread = f"Conversation, the newest {NEWEST} of it" if len(ticket.comments) >= NEWEST else "Conversation"
    of_timeline = f"What happened, the newest {NEWEST} events" if len(ticket.timeline) >= NEWEST else "What happened"
    kind = "with what is internal" if is_internal else "as its customer sees it"
    return {
        "product": product,
        "title": f"{ticket.number} {ticket.subject}",
        "number": ticket.number,
        "subject": ticket.subject,
        "warning": INTERNAL if is_internal else None,
        "made": f"{ticket.number} · {kind} · {_at(now, zone)} {zone}",
        "facts": [[label, value] for label, value in _facts(ticket, zone)],
        "description": blocks(ticket.description),
        "thread_title": of_thread,
        "thread": [
            {
                "author": comment.author.name if comment.author else "Removed",
                "when": _at(comment.created_at, zone)
                + (f", corrected {_at(comment.edited_at, zone)}" if comment.edited_at else ""),
                "is_by_staff": comment.is_by_staff,
                "is_internal": comment.is_internal,
                "body": blocks(comment.body),
            }
            for comment in ticket.comments
        ],
        "files": [
            {
                "name": file.name,
                "about": f"{file.content_type}, {file.size_bytes:,} bytes, {_at(file.created_at, zone)}"
                + (", internal" if file.is_internal else ""),
                "sha256": file.sha256,
            }
            for file in ticket.attachments
        ],
        "timeline_title": of_timeline,
        "timeline": [
            {
                "when": _at(entry.occurred_at, zone),
                "what": _happened(entry),
                "who": entry.actor.name if entry.actor else words(entry.actor_kind),
            }
            for entry in ticket.timeline
        ],
    }


def _facts(ticket: Ticket, zone: str) -> list[tuple[str, str]]:
    facts = [
        ("Status", words(ticket.status)),
        ("Opened", _at(ticket.created_at, zone)),
        ("Priority", words(ticket.priority)),
        ("Customer", ticket.customer.name),
    ]
    for label, named in (("Category", ticket.category), ("Agent", ticket.assigned_agent), ("Team", ticket.team)):
        if named:
            facts.append((label, named.name))
    for label, instant in (
        ("Next due", ticket.next_due_at), ("Resolved", ticket.resolved_at), ("Closed", ticket.closed_at)
    ):  # fmt: skip
        if instant:
            facts.append((label, _at(instant, zone)))
    if ticket.outcome:
        facts.append(("Outcome", words(ticket.outcome)))
    if ticket.remedy:
        amount = f", {ticket.remedy_amount} {ticket.remedy_currency}" if ticket.remedy_amount is not None else ""
        facts.append(("Remedy", words(ticket.remedy) + amount))
    if ticket.rating:
        facts.append(("Rating", f"{ticket.rating.score} of 5"))
    if ticket.tags:
        facts.append(("Tags", ", ".join(ticket.tags)))
    return [*facts, ("Times", f"in {zone}")]


def _happened(entry: TimelineEntry) -> str:
    new = entry.new or {}
    for field in ("status", "priority"):
        if entry.action == f"ticket.{field}_changed" and field in new:
            before = f"{words(entry.old[field])} → " if entry.old and entry.old.get(field) else ""
            return f"{words(field)}: {before}{words(new[field])}"
    return _DID.get(entry.action) or words(entry.action.replace(".", " "))


def _cell(column: Column, value: Any, zone: str) -> str:
    if value is None:
        return ""
    if column.kind == "instant":
        return _at(value, zone)
    if column.kind == "flag":
        return "Yes" if value else ""
    return words(value) if column.key in ("status", "priority") else str(value)


def _at(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
