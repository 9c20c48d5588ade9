"""A search as conditions on `tickets AS t`: names become ids, days become instants, and none goes unnoticed."""

from typing import Any

import msgspec

from api.actor import Actor
from api.custom_fields.queries import holds
from api.db import Read
from api.errors import Invalid
from api.search.rules import Query, instants, websearch
from api.search.wire import SearchFilter
from api.tickets.queries.lists import BREACHED

NAMESAKES = 50

_ACTIVE = "t.status not in ('resolved', 'closed')"
_AT_RISK = """t.id in (
    select c.ticket_id from sla_clocks c
    where c.met_at is null and c.breached_at is null and c.at_risk_at <= %(now)s and c.due_at >= %(now)s
      and c.target not like 'escalation%%')"""

_NAMED = {
    "team": "select n.id from teams n where lower(n.name) = lower(said.name) or n.id = said.id",
    "category": "select n.id from categories n where lower(n.name) = lower(said.name) or n.id = said.id",
    "assignee": """
        select n.id from users n
        where n.role in ('agent', 'admin')
          and (lower(n.name) = lower(said.name) or lower(n.email) = lower(said.name)
               or split_part(lower(n.email), '@', 1) = lower(said.name) or n.id = said.id)""",
    "customer": """
        select n.id from users n
        where n.role = 'customer' and (n.name = said.name or lower(n.email) = lower(said.name) or n.id = said.id)""",
}
"""Who or what a name may mean: an id, a name, and of people an address; of staff also what stands before its @."""


class _Meant(msgspec.Struct, frozen=True):
    name: str
    ids: list[int]


async def resolve(read: Read, query: Query) -> SearchFilter:
    """The typed search as a filter. Raises Invalid when a name is nobody's."""
    created, updated = (instants(days, read.actor.time_zone) for days in (query.created, query.updated))
    return msgspec.convert(
        {
            "text": websearch(query.terms),
            "numbers": list(query.numbers),
            "status": list(query.status),
            "priority": list(query.priority),
            "assigned_agent_id": await _ids(read, "assignee", query.assignee),
            "is_unassigned": True if "unassigned" in query.is_ or "none" in query.assignee else None,
            "team_id": await _ids(read, "team", query.team),
            "customer_id": await _ids(read, "customer", query.customer),
            "category_id": await _ids(read, "category", query.category),
            "tags": list(query.tag),
            "custom_fields": [said.replace("=", ":", 1) for said in query.field],
            "created_from": created[0],
            "created_to": created[1],
            "updated_from": updated[0],
            "updated_to": updated[1],
            "is_active": True if "active" in query.is_ else None,
            "is_breached": True if "breached" in query.is_ else None,
            "is_at_risk": True if "at_risk" in query.is_ else None,
        },
        SearchFilter,
    )


async def _ids(read: Read, kind: str, names: tuple[str, ...]) -> list[int]:
    """Ids of all that the names mean, in one statement. Raises Invalid when one means nothing."""
    found: list[int] = []
    if kind == "assignee":
        found += [read.actor.id] if "me" in names and read.actor.id else []
        names = tuple(name for name in names if name not in ("me", "none"))
    if kind == "team" and "mine" in names:
        found += read.actor.team_ids or (0,)
        names = tuple(name for name in names if name != "mine")
    if names:
        keys = [int(name) if name.isdecimal() and len(name) <= 18 else None for name in names]
        meant = await read.all(
            f"""
            select said.name, array(select meant.id from ({_NAMED[kind]} limit {NAMESAKES}) meant order by 1) as ids
            from unnest(%(names)s::text[], %(keys)s::bigint[]) said(name, id)
            """,
            {"names": list(names), "keys": keys},
            _Meant,
        )
        for name in meant:
            if not name.ids:
                raise Invalid("search.name", f"There is no {kind} “{name.name}”.", field="q")
            found += name.ids
    return list(dict.fromkeys(found))[:NAMESAKES]


def conditions(actor: Actor, wanted: SearchFilter) -> tuple[list[str], dict[str, Any]]:
    """What must hold of `tickets AS t` beside its words, and the parameters; `%(now)s` is the caller's to give.
    Raises Malformed for a custom field that is none."""
    found: list[str] = []
    params: dict[str, Any] = {}

    def hold(condition: str, **values: Any) -> None:
        found.append(condition)
        params.update(values)

    for column in ("status", "priority", "team_id", "customer_id", "category_id"):
        if values := getattr(wanted, column):
            hold(f"t.{column} = any(%({column})s)", **{column: values})
    if wanted.numbers:
        hold("t.number = any(%(numbers)s)", numbers=wanted.numbers)
    if wanted.tags:
        hold("t.tags @> %(tags)s::text[]", tags=wanted.tags)
    for number, said in enumerate(wanted.custom_fields):
        condition, values = holds(actor, said, number)
        hold(condition, **values)
    if wanted.assigned_agent_id and wanted.is_unassigned:
        hold("(t.assigned_agent_id = any(%(agents)s) or t.assigned_agent_id is null)", agents=wanted.assigned_agent_id)
    elif wanted.assigned_agent_id:
        hold("t.assigned_agent_id = any(%(agents)s)", agents=wanted.assigned_agent_id)
    elif wanted.is_unassigned is not None:
        hold(f"t.assigned_agent_id is {'' if wanted.is_unassigned else 'not '}null")
    for column in ("created", "updated"):
        if (first := getattr(wanted, f"{column}_from")) is not None:
            hold(f"t.{column}_at >= %({column}_from)s", **{f"{column}_from": first})
        if (end := getattr(wanted, f"{column}_to")) is not None:
            hold(f"t.{column}_at < %({column}_to)s", **{f"{column}_to": end})
    for flag, condition in (("is_active", _ACTIVE), ("is_breached", BREACHED), ("is_at_risk", _AT_RISK)):
        if (value := getattr(wanted, flag)) is not None:
            hold(condition if value else f"not ({condition})")
    return found, params
