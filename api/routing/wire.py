"""What crosses the network about routing."""

from datetime import datetime

import msgspec


class RoutingCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as routing would see them now. score = active + 2 × critical − 5 × proficiency; lower is better."""

    agent_id: int
    name: str
    availability: str
    capacity: int
    last_assigned_at: datetime | None
    active_tickets: int
    critical_tickets: int
    proficiency: int
    has_skill: bool
    score: int
    is_free: bool


class RoutingCandidates(msgspec.Struct, frozen=True):
    """Best first; only those who are free can be chosen."""

    candidates: list[RoutingCandidate]
