"""The tree of root causes that an administrator keeps."""

import msgspec
from msgspec import UNSET

from api.errors import Conflict, Invalid, NotFound
from api.events.catalogue import RootCauseCreated, RootCauseUpdated
from api.events.tx import Tx
from api.tickets.wire import NewRootCause, RootCausePatch

MAX_DEPTH = 5


class _Cause(msgspec.Struct, frozen=True):
    name: str
    is_active: bool


async def create_root_cause(tx: Tx, data: NewRootCause) -> int:
    """Add a cause; returns its id. Raises Invalid for a parent that is none or too deep, Conflict for a name taken there."""
    depth = await tx.value(
        """
        with recursive above as (
            select id, parent_id, 1 as depth from root_causes where id = %(parent_id)s
            union all
            select c.id, c.parent_id, a.depth + 1 from above a join root_causes c on c.id = a.parent_id
        )
        select coalesce(max(depth), 0) from above
        """,
        {"parent_id": data.parent_id},
    )
    if data.parent_id is not None and not 0 < depth < MAX_DEPTH:
        raise Invalid("root_cause.parent", f"Choose a cause, at most {MAX_DEPTH - 1} deep.", field="parent_id")
    cause_id = await tx.value(
        """
        insert into root_causes (name, parent_id, created_at) values (%(name)s, %(parent_id)s, %(now)s)
        on conflict do nothing returning id
        """,
        {"name": data.name.strip(), "parent_id": data.parent_id, "now": tx.now},
    )
    if cause_id is None:
        raise _taken()
    new = {"name": data.name.strip(), "parent_id": data.parent_id, "is_active": True}
    await tx.append(RootCauseCreated(entity_id=cause_id, new=new))
    return cause_id


async def update_root_cause(tx: Tx, cause_id: int, patch: RootCausePatch) -> None:
    """Rename a cause, or take it out of use; tickets keep it. Raises NotFound, Conflict for a name taken."""
    before = await tx.one(
        "select name, is_active from root_causes where id = %(id)s for update", {"id": cause_id}, _Cause
    )
    if before is None:
        raise NotFound("root_cause.not_found", "There is no such root cause.")
    changed = {
        name: value
        for name in patch.__struct_fields__
        if (value := getattr(patch, name)) is not UNSET and value != getattr(before, name)
    }
    if not changed:
        return
    done = await tx.run(
        """
        update root_causes c set name = %(name)s, is_active = %(is_active)s
        where id = %(id)s and not exists (
            select from root_causes o
            where o.id <> c.id and coalesce(o.parent_id, 0) = coalesce(c.parent_id, 0) and o.name = %(name)s)
        """,
        msgspec.structs.asdict(before) | changed | {"id": cause_id},
    )
    if not done:
        raise _taken()
    old = {name: getattr(before, name) for name in changed}
    await tx.append(RootCauseUpdated(entity_id=cause_id, old=old, new=changed))


def _taken() -> Conflict:
    return Conflict("root_cause.name_taken", "There is a root cause of this name at this place.", field="name")
