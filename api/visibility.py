"""Who sees which ticket, comment and event: the only predicates of it, as SQL to put into a query.

Two have a twin that decides the same in memory, for what is told to many at once.
"""

from typing import Any

import msgspec

from api.actor import Actor

Predicate = tuple[str, dict[str, Any]]


class Holders(msgspec.Struct, frozen=True):
    """Whose a ticket is: all that decides who sees it. Column names of `tickets`, and its customer's organisation."""

    customer_id: int
    team_id: int | None = None
    assigned_agent_id: int | None = None
    organisation_id: int | None = None


def visible_tickets(actor: Actor, alias: str = "t") -> Predicate:
    """Condition on `tickets AS alias`, with its parameters: what the actor may read.

    Customers see their own, and those of their organisation's members where it shares them. Agents see all, or, where the installation restricts to teams, what they may work on.
    """
    if actor.kind == "system" or actor.role == "admin":
        return "true", {}
    if actor.role == "agent":
        return _workable(actor, alias) if actor.restrict_to_team else ("true", {})
    if actor.role == "customer":
        return _own(actor, alias)
    return "false", {}


def may_see_ticket(actor: Actor, holders: Holders) -> bool:
    """The twin of `visible_tickets`."""
    if actor.kind == "system" or actor.role == "admin":
        return True
    if actor.role == "agent":
        return _may_work(actor, holders) if actor.restrict_to_team else True
    if actor.role != "customer":
        return False
    is_colleague = actor.organisation_id is not None and holders.organisation_id == actor.organisation_id
    return is_colleague or holders.customer_id == actor.id


def may_speak(actor: Actor, customer_id: int) -> bool:
    """Whether the actor may do anything to a ticket of that customer which they see: colleagues only read."""
    return actor.role != "customer" or actor.id == customer_id


def workable_tickets(actor: Actor, alias: str = "t") -> Predicate:
    """Condition on `tickets AS alias`: what the actor may change. Agents: tickets of their teams and unassigned ones."""
    if actor.kind == "system" or actor.role == "admin":
        return "true", {}
    return _workable(actor, alias) if actor.role == "agent" else ("false", {})


def visible_comments(actor: Actor, alias: str = "c") -> str:
    """Condition on `comments AS alias` of a ticket the actor may read."""
    return "true" if actor.is_staff or actor.kind == "system" else f"not {alias}.is_internal"


def visible_attachments(actor: Actor, alias: str = "a") -> str:
    """Condition on `attachments AS alias` of a ticket the actor may read."""
    return "true" if actor.is_staff or actor.kind == "system" else f"not {alias}.is_internal"


def staff_only(actor: Actor, expression: str, empty: str) -> str:
    """`expression`, or `empty` for customers: of a ticket they read, what the team keeps for itself, as tags and skill."""
    return expression if actor.is_staff or actor.kind == "system" else empty


def visible_events(actor: Actor, alias: str = "e") -> str:
    """Condition on `audit_logs AS alias` of a ticket the actor may read."""
    return "true" if actor.is_staff or actor.kind == "system" else f"{alias}.visibility = 'public'"


def may_see_event(actor: Actor, *, is_public: bool) -> bool:
    """The twin of `visible_events`."""
    return is_public or actor.is_staff or actor.kind == "system"


def _own(actor: Actor, alias: str) -> Predicate:
    if actor.organisation_id is None:
        return f"{alias}.customer_id = %(viewer_id)s", {"viewer_id": actor.id}
    # an array known before the tickets are looked at, so that the index of their customers serves
    condition = (
        f"{alias}.customer_id = any(%(viewer_id)s::bigint ||"
        " array(select m.id from users m where m.organisation_id = %(viewer_organisation)s))"
    )
    return condition, {"viewer_id": actor.id, "viewer_organisation": actor.organisation_id}


def _workable(actor: Actor, alias: str) -> Predicate:
    condition = (
        f"({alias}.team_id = any(%(viewer_teams)s) or {alias}.assigned_agent_id = %(viewer_id)s"
        f" or ({alias}.assigned_agent_id is null and {alias}.team_id is null))"
    )
    return condition, {"viewer_id": actor.id, "viewer_teams": list(actor.team_ids)}


def _may_work(actor: Actor, holders: Holders) -> bool:
    if holders.team_id is None and holders.assigned_agent_id is None:
        return True
    return holders.team_id in actor.team_ids or (actor.id is not None and holders.assigned_agent_id == actor.id)
