"""The order in which policies are asked: 1 to n, without a gap."""

from collections.abc import Sequence
from typing import NamedTuple

from api.events.catalogue import SlaPolicyUpdated
from api.events.tx import Tx


class Moved(NamedTuple):
    """A policy whose position changed."""

    policy_id: int
    old: int
    new: int


async def lock_promises(tx: Tx) -> None:
    """Let nobody else edit policies or calendars until this transaction ends."""
    await tx.run("select pg_advisory_xact_lock(hashtext('sla_promises'))")


async def place(tx: Tx, policy_id: int, position: int) -> list[Moved]:
    """Put the policy at `position`, or last where that is further, and close the ranks; the caller holds the lock.

    Returns every policy that moved, and appends the events of all of them but `policy_id`, whose event is the caller's.
    """
    rows = await tx.dicts("select id, position from sla_policies order by position, id")
    order = [row["id"] for row in rows if row["id"] != policy_id]
    order.insert(position - 1, policy_id)
    old = {row["id"]: row["position"] for row in rows}
    moved = [Moved(key, old[key], new) for new, key in enumerate(order, start=1) if old[key] != new]
    await _write(tx, moved)
    await tx.append(
        *(
            SlaPolicyUpdated(entity_id=one.policy_id, old={"position": one.old}, new={"position": one.new})
            for one in moved
            if one.policy_id != policy_id
        )
    )
    return moved


async def _write(tx: Tx, moved: Sequence[Moved]) -> None:
    if moved:
        await tx.run(
            """
            update sla_policies p set position = s.position
            from unnest(%(ids)s::bigint[], %(positions)s::int[]) as s (id, position) where p.id = s.id
            """,
            {"ids": [one.policy_id for one in moved], "positions": [one.new for one in moved]},
        )
