"""Lists of tickets: the numbered pages of the API."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from api.actor import Actor
from api.custom_fields.queries import holds
from api.db import Read
from api.pages import COUNT_CAP, pagination, window
from api.tables.tickets import PRIORITY_RANK
from api.tickets.wire import Priority, Status, TicketPage, TicketRow
from api.visibility import staff_only, visible_tickets

Sort = Literal["created_at", "updated_at", "next_due_at", "priority"]

BREACHED = "(t.first_breached_at is not null or (coalesce(t.next_due_at < %(now)s, false) and t.status not in ('resolved', 'closed')))"

JOINS = """
    join users customer on customer.id = t.customer_id
    left join users agent on agent.id = t.assigned_agent_id
    left join teams team on team.id = t.team_id
"""

_ORDERS: dict[str, tuple[str, str]] = {
    "created_at": ("t.created_at desc, t.id desc", "t.created_at, t.id"),
    "updated_at": ("t.updated_at desc, t.id desc", "t.updated_at, t.id"),
    "next_due_at": ("t.next_due_at desc nulls first, t.id desc", "t.next_due_at nulls last, t.id"),
    "priority": (
        f"({PRIORITY_RANK}) desc, t.created_at, t.id",
        f"({PRIORITY_RANK}), t.created_at desc, t.id desc",
    ),
}
"""Sort key → SQL when descending, when ascending. Each has its index."""


class TicketFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; filters combine by `and`."""

    status: list[Status] | None = None
    priority: list[Priority] | None = None
    customer_id: int | None = None
    organisation_id: int | None = None
    assigned_agent_id: int | None = None
    team_id: int | None = None
    category_id: int | None = None
    skill_id: int | None = None
    is_sla_breached: bool | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    custom_field: list[str] | None = None
    """Each `key:value`; all must hold."""


def conditions(actor: Actor, wanted: TicketFilter) -> tuple[list[str], dict[str, Any]]:
    """The filter as SQL conditions on `t` and their parameters. Raises Malformed for a custom field that is none."""
    found: list[str] = []
    params: dict[str, Any] = {}
    for column in ("customer_id", "assigned_agent_id", "team_id", "category_id", "skill_id"):
        if (value := getattr(wanted, column)) is not None:
            found.append(f"t.{column} = %({column})s")
            params[column] = value
    if wanted.organisation_id is not None:
        found.append(
            "t.customer_id = any(array(select m.id from users m where m.organisation_id = %(organisation_id)s))"
        )
        params["organisation_id"] = wanted.organisation_id
    for column in ("status", "priority"):
        if values := getattr(wanted, column):
            found.append(f"t.{column} = any(%({column})s)")
            params[column] = values
    if wanted.is_sla_breached is not None:
        found.append(BREACHED if wanted.is_sla_breached else f"not {BREACHED}")
    if wanted.created_from is not None:
        found.append("t.created_at >= %(created_from)s")
        params["created_from"] = wanted.created_from
    if wanted.created_to is not None:
        found.append("t.created_at < %(created_to)s")
        params["created_to"] = wanted.created_to
    for number, said in enumerate(wanted.custom_field or ()):
        condition, values = holds(actor, said, number)
        found.append(condition)
        params |= values
    return found, params


def order_by(sort: Sort, *, descending: bool) -> str:
    """The order as SQL on `t`."""
    return _ORDERS[sort][0 if descending else 1]


def columns(actor: Actor) -> str:
    """The columns of a TicketRow as its reader may see them, from `tickets AS t` and JOINS."""
    return f"""
        t.id, t.number, t.subject, t.status, t.priority, t.source, t.customer_id, customer.name as customer_name,
        t.assigned_agent_id, agent.name as assigned_agent_name, t.team_id, team.name as team_name, t.category_id,
        {staff_only(actor, "t.skill_id", "null::bigint")} as skill_id, {staff_only(actor, "t.tags", "'{}'::text[]")} as tags,
        t.version, t.created_at, t.updated_at, t.resolved_at, t.closed_at, t.next_due_at, {BREACHED} as is_sla_breached
    """


async def list_tickets(
    read: Read,
    wanted: TicketFilter,
    *,
    page: int = 1,
    limit: Annotated[int, Meta(ge=1, le=100)] = 20,
    sort: Sort = "created_at",
    descending: bool = True,
) -> TicketPage:
    """One page of the tickets the reader may see. Raises Malformed when page or limit is out of bounds, or a custom
    field is not written as one."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    found, filter_params = conditions(read.actor, wanted)
    where = " and ".join([visible, *found])
    order = order_by(sort, descending=descending)
    params = params | filter_params | {"now": read.now, "limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    rows = await read.all(
        f"""
        with page as materialized (
            select t.id, row_number() over () as n
            from (select t.id from tickets t where {where} order by {order} limit %(limit)s offset %(offset)s) t
        )
        select {columns(read.actor)} from page join tickets t on t.id = page.id {JOINS} order by page.n
        """,
        params,
        TicketRow,
    )
    total = await read.value(
        f"select count(*) from (select 1 from tickets t where {where} limit %(cap)s) counted", params
    )
    return TicketPage(rows, pagination(total, page, limit))
