"""What crosses the network about figures. Durations are calendar seconds; every cohort is named by its field."""

from datetime import date, datetime

import msgspec

from api.pages import Pagination


class Count(msgspec.Struct, frozen=True):
    """How many tickets have this value."""

    value: str
    count: int


class NamedCount(msgspec.Struct, frozen=True):
    """How many tickets belong to this team; `id` and `name` null: to none."""

    id: int | None
    name: str | None
    count: int


class Compliance(msgspec.Struct, frozen=True, kw_only=True):
    """Clocks of one target, of tickets created in the period, that are decided: met in time or breached."""

    target: str
    met: int
    breached: int
    share_met: float | None


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """Where we stand. `*_today`: since midnight in `time_zone`. Medians: of tickets resolved or answered in the period."""

    as_of: datetime
    time_zone: str
    days: int
    active: int
    unassigned: int
    breached: int
    at_risk: int
    by_status: list[Count]
    by_priority: list[Count]
    created_today: int
    resolved_today: int
    created: int
    resolved: int
    median_first_response_seconds: float | None
    median_resolution_seconds: float | None
    compliance: list[Compliance]


class WaitingTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One of the oldest active tickets."""

    id: int
    number: str
    subject: str
    status: str
    priority: str
    team_name: str | None
    assigned_agent_name: str | None
    created_at: datetime
    next_due_at: datetime | None


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """What waits now: tickets neither resolved nor closed, by what they are and how old (since creation)."""

    as_of: datetime
    total: int
    by_status: list[Count]
    by_priority: list[Count]
    by_team: list[NamedCount]
    by_age: list[Count]
    oldest: list[WaitingTicket]


class BreachRow(msgspec.Struct, frozen=True, kw_only=True):
    """One breached clock. `late_seconds`: calendar seconds from due to met, or to now while unmet."""

    ticket_id: int
    number: str
    subject: str
    priority: str
    team_name: str | None
    assigned_agent_name: str | None
    target: str
    cycle: int
    target_seconds: int
    breached_at: datetime
    met_at: datetime | None
    late_seconds: int


class BreachPage(msgspec.Struct, frozen=True):
    """Breaches of the period by the instant of breach, newest first."""

    sla_breaches: list[BreachRow]
    by_target: list[Count]
    pagination: Pagination


class AgentFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One agent's work. `resolved`: tickets last resolved in the period and assigned to the agent now. `active`: now.

    `public_replies`: comments of the agent in the period. `first_responses_*`: of tickets created in the period, assigned
    to the agent now.
    """

    agent_id: int
    name: str
    availability: str
    active: int
    resolved: int
    public_replies: int
    median_resolution_seconds: float | None
    p90_resolution_seconds: float | None
    first_responses_met: int
    first_responses_breached: int


class AgentProductivity(msgspec.Struct, frozen=True):
    """In the order of names: figures are no ranking."""

    days: int
    since: datetime
    agents: list[AgentFigures]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One local day. `resolved`: tickets whose last resolution falls on it; `breached`: clocks due on it and missed."""

    on: date
    created: int
    resolved: int
    breached: int


class Trends(msgspec.Struct, frozen=True):
    time_zone: str
    days: list[Day]
