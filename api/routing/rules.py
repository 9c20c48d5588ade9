"""Who is the best agent for a ticket. Source: domain, "Routing"; the statement in `sql/route.sql` says the same."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

CRITICAL_WEIGHT = 2
PROFICIENCY_WEIGHT = 5


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as routing sees them. `proficiency` is 0 when the ticket asks for no skill."""

    id: int
    is_available: bool = True
    is_in_team: bool = True
    has_skill: bool = True
    proficiency: int = 0
    capacity: int = 20
    active_tickets: int = 0
    critical_tickets: int = 0
    last_assigned_at: datetime | None = None


def score(active_tickets: int, critical_tickets: int, proficiency: int) -> int:
    """active + 2 × critical − 5 × proficiency; lower is better."""
    return active_tickets + CRITICAL_WEIGHT * critical_tickets - PROFICIENCY_WEIGHT * proficiency


def candidates(agents: Iterable[Agent]) -> list[Agent]:
    """Those who may get the ticket, best first: ties go to the longest unassigned, then to the lowest id."""
    free = [
        agent
        for agent in agents
        if agent.is_available and agent.is_in_team and agent.has_skill and agent.active_tickets < agent.capacity
    ]
    return sorted(free, key=_rank)


def failure(agents: Iterable[Agent]) -> str | None:
    """Why nobody can be chosen, or None when somebody can."""
    known = list(agents)
    if not (known := [agent for agent in known if agent.is_in_team]):
        return "no_agent_in_team"
    if not (known := [agent for agent in known if agent.has_skill]):
        return "no_agent_with_skill"
    if not (known := [agent for agent in known if agent.is_available]):
        return "nobody_available"
    return None if candidates(known) else "all_at_capacity"


def _rank(agent: Agent) -> tuple[int, bool, float, int]:
    since = agent.last_assigned_at
    return (
        score(agent.active_tickets, agent.critical_tickets, agent.proficiency),
        since is not None,
        since.timestamp() if since else 0.0,
        agent.id,
    )
