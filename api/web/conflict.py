"""What two people wanted of one field, when the second was too late."""

from datetime import datetime
from typing import Any

import msgspec

from api.tickets.wire import Ticket
from api.web import words
from api.web.language import Translate
from api.web.words import N_

FIELDS = {"status": N_("Status"), "priority": N_("Priority"), "agent_id": N_("Agent"), "tags": N_("Tags")}
_LOGGED = {"agent_id": "assigned_agent_id"}


class Conflicting(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is what the form would send again; the others are words."""

    field: str
    value: str
    label: str
    was: str
    theirs: str
    yours: str
    who: str
    at: datetime | None


def conflicting(ticket: Ticket, field: str, was: str, value: str, agents: dict[int, str], _: Translate) -> Conflicting:
    """The field as the form knew it, as it is, as the form would have it; and who changed it last."""
    present = {
        "status": ticket.status,
        "priority": ticket.priority,
        "agent_id": str(ticket.assigned_agent.id) if ticket.assigned_agent else "",
        "tags": ", ".join(ticket.tags),
    }[field]
    logged = _LOGGED.get(field, field)
    last = next((entry for entry in reversed(ticket.timeline) if logged in (entry.new or {})), None)
    return Conflicting(
        field=field,
        value=value,
        label=_(FIELDS[field]),
        was=_shown(field, was, agents, _),
        theirs=_shown(field, present, agents, _),
        yours=_shown(field, value, agents, _),
        who=(last.actor.name if last.actor else "Redress") if last else "",
        at=last.occurred_at if last else None,
    )


def _shown(field: str, value: str, agents: dict[int, str], _: Translate) -> str:
    table: dict[str, Any] = {"status": words.STATUS, "priority": words.PRIORITY}.get(field, {})
    if value in table:
        return _(table[value].label)
    if field == "agent_id":
        return agents.get(int(value), value) if value.isdecimal() else _("Nobody")
    return value
