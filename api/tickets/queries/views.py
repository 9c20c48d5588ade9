"""The agents' queue: its views, how many are in each, and their rows by keyset, the next deadline first."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import msgspec

from api.db import Read
from api.errors import Malformed
from api.tickets.queries.lists import COLUMNS, JOINS
from api.tickets.wire import Priority, Status
from api.visibility import visible_tickets

View = Literal["mine", "my_teams", "unassigned", "at_risk", "breached", "pending", "all"]
VIEWS: tuple[View, ...] = get_args(View)
COUNT_CAP = 1_000
"""Views are counted up to here."""

_ACTIVE = "t.status not in ('resolved', 'closed')"
_AWAKE = f"{_ACTIVE} and (t.snoozed_until is null or t.snoozed_until <= %(now)s)"
_WHERE: dict[View, str] = {
    "mine": f"{_AWAKE} and t.assigned_agent_id = %(reader_id)s",
    "my_teams": f"{_AWAKE} and t.team_id = any(%(reader_teams)s)",
    "unassigned": f"{_AWAKE} and t.assigned_agent_id is null",
    "at_risk": f"""{_ACTIVE} and t.id in (
        select c.ticket_id from sla_clocks c
        where c.met_at is null and c.breached_at is null and c.at_risk_at <= %(now)s and c.due_at >= %(now)s
          and c.target not like 'escalation%%')""",
    "breached": f"{_ACTIVE} and (t.first_breached_at is not null or t.next_due_at < %(now)s)",
    "pending": "t.status = 'pending'",
    "all": _ACTIVE,
}
_END = datetime(9999, 12, 31, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket in the queue, with the clock that matters most: an unmet breach, else the one due next."""

    id: int
    number: str
    subject: str
    status: Status
    priority: Priority
    source: str
    customer_id: int
    customer_name: str
    assigned_agent_id: int | None
    assigned_agent_name: str | None
    team_id: int | None
    team_name: str | None
    category_id: int | None
    skill_id: int | None
    tags: list[str]
    version: int
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None
    is_sla_breached: bool
    clock_target: str | None
    clock_state: Literal["running", "at_risk", "paused", "breached"] | None
    clock_due_at: datetime | None


class QueuePage(msgspec.Struct, frozen=True):
    """`next` is the cursor of the page that follows, null on the last one."""

    tickets: list[QueueRow]
    next: str | None


class ViewCounts(msgspec.Struct, frozen=True):
    """How many tickets each view holds, counted up to COUNT_CAP."""

    mine: int
    my_teams: int
    unassigned: int
    at_risk: int
    breached: int
    pending: int
    all: int


async def count_views(read: Read) -> ViewCounts:
    """Every view's count, in one statement."""
    visible, params = visible_tickets(read.actor)
    counts = ", ".join(
        f"(select count(*) from (select 1 from tickets t where {_WHERE[view]} and {visible} limit {COUNT_CAP}) counted)"
        f" as {view}"
        for view in VIEWS
    )
    found = await read.one(f"select {counts}", params | _reader(read), ViewCounts)
    assert found is not None
    return found


async def list_view(read: Read, view: View, *, after: str | None = None, limit: int = 50) -> QueuePage:
    """At most `limit` (1 to 100) rows of a view from the cursor `after` on. Raises Malformed on a cursor that is none."""
    if not 1 <= limit <= 100:
        raise Malformed("page.limit", "limit must be between 1 and 100.", parameter="limit")
    visible, params = visible_tickets(read.actor)
    due_at, ticket_id = _decoded(after) if after else (None, 0)
    # two ranges instead of a row comparison: deadlines come first, then those without one, each by the same index
    beyond = "true"
    if after:
        beyond = (
            "((t.next_due_at, t.id) > (%(due_at)s, %(after_id)s) or t.next_due_at is null)"
            if due_at
            else "t.next_due_at is null and t.id > %(after_id)s"
        )
    rows = await read.all(
        f"""
        with page as materialized (
            select t.id, row_number() over () as n
            from (select t.id from tickets t where {_WHERE[view]} and {visible} and {beyond}
                  order by t.next_due_at nulls last, t.id limit %(limit)s) t
        )
        select {COLUMNS}, clock.target as clock_target, clock.state as clock_state, clock.due_at as clock_due_at
        from page join tickets t on t.id = page.id {JOINS}
        left join lateral (
            select c.target, c.due_at,
                   case when c.breached_at is not null or c.due_at < %(now)s then 'breached'
                        when c.due_at is null then 'paused'
                        when c.at_risk_at <= %(now)s then 'at_risk'
                        else 'running' end as state
            from sla_clocks c
            where c.ticket_id = t.id and c.met_at is null and c.target not like 'escalation%%'
            order by (c.breached_at is not null or c.due_at < %(now)s) desc, c.due_at nulls last, c.target
            limit 1
        ) clock on true
        order by page.n
        """,
        params | _reader(read) | {"limit": limit + 1, "due_at": due_at or _END, "after_id": ticket_id},
        QueueRow,
    )
    shown = rows[:limit]
    return QueuePage(shown, _encoded(shown[-1].next_due_at, shown[-1].id) if len(rows) > limit else None)


def _reader(read: Read) -> dict[str, Any]:
    return {"reader_id": read.actor.id, "reader_teams": list(read.actor.team_ids), "now": read.now}


def _encoded(due_at: datetime | None, ticket_id: int) -> str:
    return f"{'' if due_at is None else (due_at - _EPOCH) // _MICROSECOND}.{ticket_id}"


def _decoded(cursor: str) -> tuple[datetime | None, int]:
    due, _, ticket_id = cursor.partition(".")
    try:
        return (_EPOCH + timedelta(microseconds=int(due)) if due else None), int(ticket_id)
    except (ValueError, OverflowError) as error:
        raise Malformed("page.after", "That is not a cursor of this list.", parameter="after") from error
