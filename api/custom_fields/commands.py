"""Keep the definitions of custom fields, and lay values over a ticket's attributes by them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from api.custom_fields.queries import MAX_FIELDS
from api.custom_fields.rules import CHOICES, Definition, check_options
from api.custom_fields.wire import CustomFieldPatch, NewCustomField
from api.errors import Conflict, NotFound
from api.events.catalogue import CustomFieldCreated, CustomFieldUpdated
from api.events.tx import Tx

_COLUMNS = ("name", "type", "options", "is_required", "is_for_customers", "position", "is_active")


async def create_custom_field(tx: Tx, data: NewCustomField) -> int:
    """Add a field; returns its id. Raises Invalid for options that do not fit the type, Conflict for a key taken or too
    many fields."""
    check_options(data.type, data.options)
    await tx.run("select pg_advisory_xact_lock(hashtext('custom_fields'))")
    if await tx.value("select count(*) from custom_fields") >= MAX_FIELDS:
        raise Conflict("custom_field.too_many", f"There are {MAX_FIELDS} fields; no more fit on a ticket.")
    fields: dict[str, Any] = msgspec.structs.asdict(data) | {"name": data.name.strip()}
    position = await tx.value(
        """
        insert into custom_fields (key, name, type, options, is_required, is_for_customers, position, created_at)
        select %(key)s, %(name)s, %(type)s, %(options)s, %(is_required)s, %(is_for_customers)s,
               coalesce(%(position)s::int, (select coalesce(max(position) + 1, 0) from custom_fields)), %(now)s
        on conflict (key) do nothing returning position
        """,
        fields | {"now": tx.now},
    )
    if position is None:
        raise Conflict("custom_field.key_taken", "Another field has this key.", field="key")
    field_id = await tx.value("select id from custom_fields where key = %(key)s", {"key": data.key})
    new = fields | {"position": position, "is_active": True}
    await tx.append(CustomFieldCreated(entity_id=field_id, new=new))
    return field_id


async def update_custom_field(tx: Tx, field_id: int, patch: CustomFieldPatch) -> None:
    """Write what differs. While a command fills the field in, this waits, so that no value slips by.

    Raises NotFound; Invalid for options that do not fit the type; Conflict with `count` when tickets have values that
    would be lost.
    """
    rows = await tx.dicts(
        f"select key, {', '.join(_COLUMNS)} from custom_fields where id = %(id)s for update", {"id": field_id}
    )
    if not rows:
        raise NotFound("custom_field.not_found", "There is no such custom field.")
    before = rows[0]
    named: dict[str, Any] = {name: getattr(patch, name) for name in patch.__struct_fields__}
    wanted = {name: value.strip() if name == "name" and value is not UNSET else value for name, value in named.items()}
    changed = {name: value for name, value in wanted.items() if value is not UNSET and value != before[name]}
    if not changed:
        return
    after = before | changed
    check_options(after["type"], after["options"])
    await _check_kept(tx, before, after)
    await tx.run(
        f"update custom_fields set {', '.join(f'{name} = %({name})s' for name in _COLUMNS)} where id = %(id)s",
        after | {"id": field_id},
    )
    old = {name: before[name] for name in changed}
    await tx.append(CustomFieldUpdated(entity_id=field_id, old=old, new=changed))


async def lock_definitions(tx: Tx, keys: list[str] | None = None) -> Mapping[str, Definition]:
    """The definitions of these keys, or (None) of all; they cannot change until the transaction is over."""
    found = await tx.all(
        f"""
        select key, type, options, is_required, is_for_customers, is_active from custom_fields
        where %(keys)s::text[] is null or key = any(%(keys)s) order by key limit {MAX_FIELDS} for key share
        """,
        {"keys": keys},
        Definition,
    )
    return {definition.key: definition for definition in found}


async def _check_kept(tx: Tx, before: dict[str, Any], after: dict[str, Any]) -> None:
    """A type lets go of no value, and an option of none that chose it."""
    key = before["key"]
    if after["type"] != before["type"]:
        # no index knows whether a key is there at all: this reads all tickets, and is an administrator's rare wish
        count = await tx.value("select count(*) from tickets t where t.custom_attributes ? %(key)s", {"key": key})
        if count:
            raise Conflict(
                "custom_field.type_used", f"{count} tickets have a value; the type stays.", field="type", count=count
            )
    elif after["type"] in CHOICES and (gone := sorted(set(before["options"]) - set(after["options"]))):
        chosen = [{key: option if after["type"] == "select" else [option]} for option in gone]
        count = await tx.value(
            """
            select count(distinct t.id)
            from unnest(%(chosen)s::jsonb[]) c (value) join tickets t on t.custom_attributes @> c.value
            """,
            {"chosen": [msgspec.json.encode(value).decode() for value in chosen]},
        )
        if count:
            raise Conflict(
                "custom_field.option_used",
                f"{count} tickets have chosen what would go ({', '.join(gone)}); it stays.",
                field="options",
                count=count,
            )
