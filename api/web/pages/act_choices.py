"""What the forms of `acts.py` offer to choose from."""

from typing import Any

import msgspec

from api.db import Read
from api.installation.queries import get_settings
from api.people.queries import list_agents
from api.routing.queries import list_candidates
from api.routing.wire import RoutingCandidate
from api.tickets.queries.causes import list_root_causes
from api.tickets.wire import Ticket
from api.web import words
from api.web.language import Translate
from api.web.story import last_candidates


class Score(msgspec.Struct, frozen=True):
    """A row of the table that answers why this agent."""

    name: str
    active: int
    critical: int
    proficiency: int
    score: int
    remark: str
    is_chosen: bool


async def choices_of(read: Read, kind: str, ticket: Ticket, _: Translate) -> dict[str, Any]:
    """Variables of the template for this kind of form."""
    match kind:
        case "resolve":
            nothing = [("", _("none"))]
            causes = [(cause.id, " › ".join(cause.path)) for cause in await list_root_causes(read) if cause.is_active]
            return {
                "is_outcome_required": (await get_settings(read)).require_outcome,
                "outcomes": [("", _("not said")), *((value, _(label)) for value, label in words.OUTCOME.items())],
                "remedies": [*nothing, *((value, _(label)) for value, label in words.REMEDY.items())],
                "causes": [*nothing, *causes],
            }
        case "escalate":
            return {"agents": [(agent.id, agent.name) for agent in await list_agents(read)]}
        case "snooze":
            spans = [("4", _("4 hours")), ("24", _("A day")), ("72", _("3 days")), ("168", _("A week"))]
            return {"spans": [*spans, *([("0", _("Bring it back now"))] if ticket.snoozed_until else [])]}
        case "link":
            return {"kinds": [(kind, _(words.LINK[kind])) for kind in ("related", "duplicate_of", "parent")]}
        case "why":
            candidates = await list_candidates(read, ticket.id)
            names = {c.agent_id: c.name for c in candidates} | {a.id: a.name for a in await list_agents(read)}
            return {"candidates": [_live(each, _) for each in candidates], "chosen": _chosen(ticket, names)}
        case _:
            return {}


def _live(candidate: RoutingCandidate, _: Translate) -> Score:
    remark = ""
    if candidate.availability != "available":
        remark = _(words.AVAILABILITY[candidate.availability].label)
    elif not candidate.is_free:
        remark = _("At capacity")
    return Score(
        name=candidate.name,
        active=candidate.active_tickets,
        critical=candidate.critical_tickets,
        proficiency=candidate.proficiency,
        score=candidate.score,
        remark=remark,
        is_chosen=False,
    )


def _chosen(ticket: Ticket, names: dict[int, str]) -> list[Score]:
    return [
        Score(
            name=names.get(row["agent_id"], f"#{row['agent_id']}"),
            active=row["active_tickets"],
            critical=row["critical_tickets"],
            proficiency=row["proficiency"],
            score=row["score"],
            remark="",
            is_chosen=n == 0,
        )
        for n, row in enumerate((last_candidates(ticket) or {}).get("candidates", [])[:5])
    ]
