"""What complaints are about and what it takes to answer them: categories and skills."""

from typing import Any

from msgspec import UNSET
from psycopg.errors import UniqueViolation

from api.errors import Conflict, Invalid, NotFound
from api.events.catalogue import CategoryCreated, CategoryUpdated, SkillCreated, SkillUpdated
from api.events.tx import Tx
from api.people.wire import CategoryPatch, NewCategory, NewSkill

REFERENCES = {"parent_id": "categories", "skill_id": "skills", "team_id": "teams"}


async def create_skill(tx: Tx, data: NewSkill) -> int:
    """Make a skill; returns the id. Raises Conflict when the name is taken."""
    name = data.name.strip()
    skill_id = await tx.value(
        "insert into skills (name, created_at) values (%(name)s, %(now)s) on conflict (name) do nothing returning id",
        {"name": name, "now": tx.now},
    )
    if skill_id is None:
        raise Conflict("skill.name_taken", "Another skill has this name.", field="name")
    await tx.append(SkillCreated(entity_id=skill_id, new={"name": name}))
    return skill_id


async def rename_skill(tx: Tx, skill_id: int, data: NewSkill) -> None:
    """Give the skill another name; the same changes nothing. Raises NotFound, and Conflict when the name is taken."""
    name = data.name.strip()
    before = await tx.value("select name from skills where id = %(id)s for update", {"id": skill_id})
    if before is None:
        raise NotFound("skill.not_found", "There is no such skill.")
    if before == name:
        return
    try:
        await tx.run("update skills set name = %(name)s where id = %(id)s", {"id": skill_id, "name": name})
    except UniqueViolation as error:
        raise Conflict("skill.name_taken", "Another skill has this name.", field="name") from error
    await tx.append(SkillUpdated(entity_id=skill_id, old={"name": before}, new={"name": name}))


async def create_category(tx: Tx, data: NewCategory) -> int:
    """Make a category; returns the id. Raises Invalid for a reference to nothing, Conflict when the name is taken there."""
    fields: dict[str, Any] = {"name": data.name.strip()} | {name: getattr(data, name) for name in REFERENCES}
    await _lock_tree(tx)
    await _check_references(tx, fields)
    category_id = await tx.value(
        """
        insert into categories (name, parent_id, skill_id, team_id, created_at)
        values (%(name)s, %(parent_id)s, %(skill_id)s, %(team_id)s, %(now)s)
        on conflict (coalesce(parent_id, 0), name) do nothing returning id
        """,
        fields | {"now": tx.now},
    )
    if category_id is None:
        raise _taken()
    await tx.append(CategoryCreated(entity_id=category_id, new=fields | {"is_active": True}))
    return category_id


async def update_category(tx: Tx, category_id: int, data: CategoryPatch) -> None:
    """Write what differs. Raises NotFound, Invalid for a reference to nothing or a circle, Conflict for a taken name."""
    await _lock_tree(tx)
    rows = await tx.dicts(
        "select name, parent_id, skill_id, team_id, is_active from categories where id = %(id)s for update",
        {"id": category_id},
    )
    if not rows:
        raise NotFound("category.not_found", "There is no such category.")
    named: dict[str, Any] = {name: getattr(data, name) for name in data.__struct_fields__}
    wanted = {name: value.strip() if isinstance(value, str) else value for name, value in named.items()}
    changed = {name: value for name, value in wanted.items() if value is not UNSET and value != rows[0][name]}
    if not changed:
        return
    await _check_references(tx, changed)
    if isinstance(data.parent_id, int):
        await _check_circle(tx, category_id, data.parent_id)
    try:
        await tx.run(
            """
            update categories
            set name = %(name)s, parent_id = %(parent_id)s, skill_id = %(skill_id)s, team_id = %(team_id)s,
                is_active = %(is_active)s
            where id = %(id)s
            """,
            rows[0] | changed | {"id": category_id},
        )
    except UniqueViolation as error:
        raise _taken() from error
    old = {name: rows[0][name] for name in changed}
    await tx.append(CategoryUpdated(entity_id=category_id, old=old, new=changed))


async def _lock_tree(tx: Tx) -> None:
    """One change of the tree at a time: two at once could close a circle that neither sees."""
    await tx.run("select pg_advisory_xact_lock(hashtext('categories'))")


async def _check_references(tx: Tx, fields: dict[str, Any]) -> None:
    found = await tx.dicts(
        "select "
        + ", ".join(
            f"exists (select from {table} where id = %({name})s) as {name}" for name, table in REFERENCES.items()
        ),
        {name: fields.get(name) for name in REFERENCES},
    )
    for name, is_there in found[0].items():
        if fields.get(name) is not None and not is_there:
            raise Invalid("category.unknown_reference", f"{name} names nothing that is there.", field=name)


async def _check_circle(tx: Tx, category_id: int, parent_id: int) -> None:
    above = await tx.values(
        """
        with recursive above as (
            select id, parent_id from categories where id = %(parent_id)s
            union
            select c.id, c.parent_id from above a join categories c on c.id = a.parent_id
        )
        select id from above
        """,
        {"parent_id": parent_id},
    )
    if category_id in above:
        raise Invalid("category.circle", "A category cannot be below itself.", field="parent_id")


def _taken() -> Conflict:
    return Conflict("category.name_taken", "There is one of this name in the same place.", field="name")
