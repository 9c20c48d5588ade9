"""What a canned response may say, and who keeps which."""

from typing import Any

from api.actor import Actor

VARIABLES: dict[str, Any] = {
    "customer": {"name": "Jane Smith", "first_name": "Jane"},
    "agent": {"name": "Ada Lovelace", "first_name": "Ada"},
    "ticket": {"number": "RD-7F3K-29QX", "subject": "Router drops", "status": "open", "priority": "medium"},
    "team": {"name": "Support"},
}
"""All a response can print, with the values it is tried with before it is kept."""


def first_name(name: str) -> str:
    """What comes before the first space."""
    return name.split(" ", 1)[0]


def may_keep(actor: Actor, scope: str, team_id: int | None) -> bool:
    """Whether the actor may write a response of this scope: one's own; a team's its leads; any an admin."""
    if actor.role == "admin" or scope == "personal":
        return True
    return scope == "team" and team_id in actor.led_team_ids
