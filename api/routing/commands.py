"""Choose agents for tickets and assign them."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import UNSET

from api.db import sql
from api.events.catalogue import Event, TicketAssigned, TicketRoutingFailed
from api.events.fields import AssignmentDetails, Candidate, RoutingFailure, TicketFields
from api.events.tx import Tx

Reason = Literal["no_agent_in_team", "no_agent_with_skill", "nobody_available", "all_at_capacity"]


class _Chosen(msgspec.Struct, frozen=True, kw_only=True):
    ticket_id: int
    agent_id: int | None
    candidates: list[dict[str, int]]
    candidate_count: int
    reason: Reason | None
    old_status: str
    team_id: int | None
    skill_id: int | None
    is_first_try: bool


class _HandedOver(msgspec.Struct, frozen=True):
    ticket_id: int
    agent_id: int
    heir_id: int | None
    is_reopened: bool


async def route(tx: Tx, ticket_ids: Sequence[int]) -> int:
    """Give each active ticket without an agent the best one who is free; returns how many found one.

    The caller holds the tickets' rows. Two transactions never choose from the same stale load: all routing goes through
    one advisory lock, taken by a statement of its own, so that the choosing statement's snapshot is newer than the last
    assignment. The lock is held until commit. A ticket nobody is free for says why once, and is tried again by the sweep.
    """
    if not ticket_ids:
        return 0
    await tx.send("select pg_advisory_xact_lock(hashtext('routing'))")
    rows = await tx.all(sql("routing/route"), {"ticket_ids": list(ticket_ids), "now": tx.now}, _Chosen)
    await tx.append(*(event for row in rows if (event := _event(row)) is not None))
    return sum(row.agent_id is not None for row in rows)


def _event(row: _Chosen) -> Event | None:
    if row.agent_id is not None:
        starts = row.old_status == "open"
        return TicketAssigned(
            entity_id=row.ticket_id,
            ticket_id=row.ticket_id,
            old=TicketFields(assigned_agent_id=None, status="open" if starts else UNSET),
            new=TicketFields(assigned_agent_id=row.agent_id, status="assigned" if starts else UNSET),
            details=AssignmentDetails(
                how="routed",
                candidates=msgspec.convert(row.candidates, list[Candidate]),
                candidate_count=row.candidate_count,
            ),
        )
    if not row.is_first_try or row.reason is None:
        return None
    return TicketRoutingFailed(
        entity_id=row.ticket_id,
        ticket_id=row.ticket_id,
        details=RoutingFailure(reason=row.reason, team_id=row.team_id, skill_id=row.skill_id),
    )


async def hand_back(tx: Tx, agent_ids: Sequence[int]) -> list[int]:
    """Take back the tickets these agents have not touched yet (status `assigned`); returns them. Rows held by others stay."""
    return await _hand_over(tx, dict.fromkeys(agent_ids), ["assigned"], "offline")


async def hand_over(tx: Tx, heirs: Mapping[int, int | None]) -> list[int]:
    """Give the active tickets of agents who left to their heirs; returns those of agents without one, now nobody's."""
    return await _hand_over(tx, heirs, ["assigned", "in_progress", "pending", "escalated"], "left")


async def _hand_over(tx: Tx, heirs: Mapping[int, int | None], statuses: list[str], reason: str) -> list[int]:
    """At most 1,000 tickets at once. Rows held by others are passed over: who holds one may be waiting for the agent's."""
    rows = await tx.all(
        sql("routing/hand_over"),
        {"agent_ids": list(heirs), "heir_ids": list(heirs.values()), "statuses": statuses, "now": tx.now},
        _HandedOver,
    )
    await tx.append(
        *(
            TicketAssigned(
                entity_id=row.ticket_id,
                ticket_id=row.ticket_id,
                old=TicketFields(assigned_agent_id=row.agent_id, status="assigned" if row.is_reopened else UNSET),
                new=TicketFields(assigned_agent_id=row.heir_id, status="open" if row.is_reopened else UNSET),
                details=AssignmentDetails(how="handed_back" if row.heir_id is None else "requested", reason=reason),
            )
            for row in rows
        )
    )
    return [row.ticket_id for row in rows if row.heir_id is None]
