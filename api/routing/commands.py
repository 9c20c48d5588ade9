"""Choose agents for tickets and assign them."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import UNSET

from api.db import sql
from api.events.catalogue import (
    AssignmentDetails,
    Candidate,
    Event,
    RoutingFailure,
    TicketAssigned,
    TicketFields,
    TicketRoutingFailed,
)
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


async def route(tx: Tx, ticket_ids: Sequence[int]) -> int:
    """Give each active ticket without an agent the best one who is free; returns how many found one.

    The caller holds the tickets' rows. Two transactions never choose from the same stale load: all routing goes through
    one advisory lock, taken by a statement of its own, so that the choosing statement's snapshot is newer than the last
    assignment. The lock is held until commit. A ticket nobody is free for says why once, and is tried again by the sweep.
    """
    if not ticket_ids:
        return 0
    await tx.run("select pg_advisory_xact_lock(hashtext('routing'))")
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
    rows = await tx.dicts(
        """
        update tickets t
        set assigned_agent_id = null, status = 'open', status_changed_at = %(now)s, version = t.version + 1,
            updated_at = greatest(t.updated_at, %(now)s)
        from (select id, assigned_agent_id from tickets
              where assigned_agent_id = any(%(agent_ids)s) and status = 'assigned'
              order by id limit 1000 for update skip locked) mine
        where t.id = mine.id
        returning t.id, mine.assigned_agent_id as agent_id
        """,
        {"agent_ids": list(agent_ids), "now": tx.now},
    )
    await tx.append(
        *(
            TicketAssigned(
                entity_id=row["id"],
                ticket_id=row["id"],
                old=TicketFields(assigned_agent_id=row["agent_id"], status="assigned"),
                new=TicketFields(assigned_agent_id=None, status="open"),
                details=AssignmentDetails(how="handed_back", reason="offline"),
            )
            for row in rows
        )
    )
    return [row["id"] for row in rows]
