"""The agents' queue: its views, how many are in each, and their rows by keyset."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import msgspec

from api.db import Read
from api.errors import Malformed
from api.tickets.queries.lists import JOINS, TicketFilter, columns, conditions
from api.tickets.wire import Priority, Status
from api.visibility import visible_tickets

View = Literal["mine", "my_teams", "unassigned", "at_risk", "breached", "pending", "all"]
VIEWS: tuple[View, ...] = get_args(View)
Order = Literal["due", "newest", "oldest", "updated"]
ORDERS: tuple[Order, ...] = get_args(Order)
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
_ORDER: dict[Order, tuple[str, str, str]] = {
    "due": (
        "t.next_due_at nulls last, t.id",
        "((t.next_due_at, t.id) > (%(after_at)s, %(after_id)s) or t.next_due_at is null)",
        "next_due_at",
    ),
    "newest": ("t.id desc", "t.id < %(after_id)s", ""),
    "oldest": ("t.id", "t.id > %(after_id)s", ""),
    "updated": ("t.updated_at desc, t.id desc", "(t.updated_at, t.id) < (%(after_at)s, %(after_id)s)", "updated_at"),
}
"""Order → SQL, what lies beyond a row in it, the instant that orders."""
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
    clock_at_risk_at: datetime | None


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


async def list_view(
    read: Read,
    view: View,
    *,
    wanted: TicketFilter | None = None,
    ids: Sequence[int] | None = None,
    order: Order = "due",
    after: str | None = None,
    limit: int = 50,
) -> QueuePage:
    """At most `limit` (1 to 100) rows of a view from the cursor `after` on, narrowed to what is wanted, and to these ids.

    Raises Malformed on a cursor that is none.
    """
    if not 1 <= limit <= 100:
        raise Malformed("page.limit", "limit must be between 1 and 100.", parameter="limit")
    where, params = _conditions(read, view, wanted)
    if ids is not None:
        where, params = f"{where} and t.id = any(%(ids)s)", params | {"ids": list(ids)}
    sorting, beyond, instant = _ORDER[order]
    after_at, after_id = _decoded(after) if after else (None, 0)
    if after and order == "due" and after_at is None:
        # deadlines come first, then those without one, each by the same index
        beyond = "t.next_due_at is null and t.id > %(after_id)s"
    rows = await read.all(
        f"""
        with page as materialized (
            select t.id, row_number() over () as n
            from (select t.id from tickets t where {where} and {beyond if after else "true"}
                  order by {sorting} limit %(limit)s) t
        )
        select {columns(read.actor)}, clock.target as clock_target, clock.state as clock_state, clock.due_at as clock_due_at,
               clock.at_risk_at as clock_at_risk_at
        from page join tickets t on t.id = page.id {JOINS}
        left join lateral (
            select c.target, c.due_at, c.at_risk_at,
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
        params | {"limit": limit + 1, "after_at": after_at or _END, "after_id": after_id},
        QueueRow,
    )
    shown = rows[:limit]
    if len(rows) <= limit:
        return QueuePage(shown, None)
    return QueuePage(shown, _encoded(getattr(shown[-1], instant) if instant else None, shown[-1].id))


async def list_view_ids(read: Read, view: View, wanted: TicketFilter | None, limit: int) -> list[int]:
    """Ids of at most `limit` tickets of a view, the next deadline first."""
    where, params = _conditions(read, view, wanted)
    return await read.values(
        f"select t.id from tickets t where {where} order by t.next_due_at nulls last, t.id limit %(limit)s",
        params | {"limit": limit},
    )


def _conditions(read: Read, view: View, wanted: TicketFilter | None) -> tuple[str, dict[str, Any]]:
    visible, params = visible_tickets(read.actor)
    found, filter_params = conditions(read.actor, wanted) if wanted else ([], {})
    return " and ".join([_WHERE[view], visible, *found]), params | filter_params | _reader(read)


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
