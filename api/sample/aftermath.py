"""What comes after a complaint: how content the customer was, what was found, and the time that went into it."""

from datetime import datetime
from typing import Any

import psycopg

from api.db import sql

CAUSES = {
    "Process": ("Hand-over between teams lost", "Customer not told of a change", "Wrong priority at intake"),
    "Product": ("Firmware fault", "Line quality", "Wear of hardware"),
    "Billing": ("Price list out of date", "Contract entered wrongly"),
}
"""Root causes, two deep; the first ones of all come up most."""

_CAUSE = """
with made as (
    insert into root_causes (name, parent_id, created_at) values (%(name)s, %(parent_id)s, %(now)s) on conflict do nothing returning id
), logged as (
    insert into audit_logs (occurred_at, action, entity_type, entity_id, actor_kind, new_values, visibility)
    select %(now)s, 'root_cause.created', 'root_cause', id, 'system',
           jsonb_build_object('name', %(name)s::text, 'parent_id', %(parent_id)s::bigint, 'is_active', true), 'internal'
    from made
)
select id from made
union all
select id from root_causes where name = %(name)s and parent_id is not distinct from %(parent_id)s
"""


def add_aftermath(conn: psycopg.Connection[Any], prefix: str, at: datetime) -> None:
    """Rate, judge and log time on the tickets whose external ids begin with `prefix`, with their events; once. No commit."""
    params: dict[str, Any] = {"prefix": f"{prefix}:%", "now": at}
    params["cause_ids"] = [
        _cause(conn, name, parent_id, at)
        for group, names in CAUSES.items()
        for parent_id in (_cause(conn, group, None, at),)
        for name in names
    ]
    for step in ("rate", "judge", "log_time"):
        conn.execute(sql(f"sample/{step}").encode(), params)


def _cause(conn: psycopg.Connection[Any], name: str, parent_id: int | None, at: datetime) -> int:
    row = conn.execute(_CAUSE, {"name": name, "parent_id": parent_id, "now": at}).fetchone()
    assert row is not None
    return int(row[0])
