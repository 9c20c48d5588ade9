"""Reads of what is exported, each limited to what its reader may see."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from api.db import Read
from api.exports.rules import Column
from api.tickets.queries.lists import BREACHED, JOINS, Sort, TicketFilter, conditions, order_by
from api.visibility import visible_tickets

BATCH = 2_000

_VALUES = {
    "number": "t.number",
    "subject": "t.subject",
    "status": "t.status",
    "priority": "t.priority",
    "source": "t.source",
    "customer": "customer.name",
    "agent": "agent.name",
    "team": "team.name",
    "category": "category.name",
    "skill": "skill.name",
    "tags": "nullif(array_to_string(t.tags, ', '), '')",
    "created_at": "t.created_at",
    "updated_at": "t.updated_at",
    "resolved_at": "t.resolved_at",
    "closed_at": "t.closed_at",
    "next_due_at": "t.next_due_at",
    "is_sla_breached": BREACHED,
    "escalation_level": "t.escalation_level",
    "reopen_count": "t.reopen_count",
    "outcome": "t.outcome",
    "root_cause": "cause.name",
    "remedy": "t.remedy",
    "remedy_amount": "t.remedy_amount::float8",
    "remedy_currency": "t.remedy_currency",
    "csat_score": "csat.score",
}
"""Key of a column → its value in SQL."""

_CUSTOM = {
    "number": "case jsonb_typeof({0}) when 'number' then ({0})::float8 end",
    "text": """case jsonb_typeof({0}) when 'array' then (select string_agg(o, ', ') from jsonb_array_elements_text({0}) o)
               else {0} #>> '{{}}' end""",
}
"""Kind of a custom field's column → its value in SQL."""

_JOINS = f"""
    {JOINS}
    left join categories category on category.id = t.category_id
    left join skills skill on skill.id = t.skill_id
    left join root_causes cause on cause.id = t.root_cause_id
    left join csat_ratings csat on csat.ticket_id = t.id
"""


async def read_tickets(
    read: Read,
    columns: Sequence[Column],
    wanted: TicketFilter,
    *,
    sort: Sort,
    descending: bool,
    limit: int,
    serial_zone: str | None = None,
) -> AsyncGenerator[list[tuple[Any, ...]]]:
    """The tickets the reader may see, at most `limit`, as tuples of the columns' values, BATCH at a time.

    With `serial_zone` instants come as spreadsheets count days on that zone's clock (see `rules.serial_day`).
    """
    visible, params = visible_tickets(read.actor)
    found, filter_params = conditions(read.actor, wanted)
    where = " and ".join([visible, *found])
    values = ", ".join(_value(column, number, serial_zone) for number, column in enumerate(columns))
    keys = {f"key_{number}": column.key for number, column in enumerate(columns) if column.is_custom}
    query = f"select {values} from tickets t {_JOINS} where {where} order by {order_by(sort, descending=descending)} limit %(limit)s"
    async for rows in read.batches(
        query, params | filter_params | keys | {"now": read.now, "limit": limit, "zone": serial_zone}, BATCH
    ):
        yield rows


def _value(column: Column, number: int, serial_zone: str | None) -> str:
    if column.kind == "instant" and serial_zone:
        return f"(extract(epoch from {_VALUES[column.key]} at time zone %(zone)s) / 86400 + 25569)::float8"
    if column.is_custom:
        return _CUSTOM[column.kind].format(f"(t.custom_attributes -> %(key_{number})s)")
    return _VALUES[column.key]


async def get_customer_id(read: Read, ticket_id: int) -> int:
    """Whose a ticket is that the reader is known to see."""
    visible, params = visible_tickets(read.actor)
    return await read.value(
        f"select t.customer_id from tickets t where t.id = %(ticket_id)s and {visible}",
        params | {"ticket_id": ticket_id},
    )
