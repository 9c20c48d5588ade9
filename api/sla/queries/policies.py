"""Policies in their present version, for people."""

from typing import Any

import msgspec

from api.db import Read
from api.errors import NotFound
from api.sla.queries.standing import MAX_POLICIES
from api.sla.wire import Policies, Policy

_POLICY = """
select p.id, p.name, p.position, p.is_active, v.version, v.id as version_id, v.valid_from, v.conditions, v.targets,
       v.pauses_on, v.calendar_id, c.name as calendar_name
from sla_policies p
join lateral (
    select * from sla_policy_versions v where v.sla_policy_id = p.id and v.valid_from <= %(now)s
    order by v.version desc limit 1
) v on true
left join calendars c on c.id = v.calendar_id
"""


async def list_policies(read: Read) -> Policies:
    """All policies in the order in which they are asked, those that are out of use among them."""
    rows = await read.dicts(
        f"{_POLICY} order by p.position, p.id limit %(limit)s", {"now": read.now, "limit": MAX_POLICIES}
    )
    return Policies([_policy(row) for row in rows])


async def get_policy(read: Read, policy_id: int) -> Policy:
    """One policy. Raises NotFound."""
    rows = await read.dicts(f"{_POLICY} where p.id = %(policy_id)s", {"now": read.now, "policy_id": policy_id})
    if not rows:
        raise NotFound("sla_policy.not_found", "There is no such policy.")
    return _policy(rows[0])


def _policy(row: dict[str, Any]) -> Policy:
    return msgspec.convert(row, Policy)
