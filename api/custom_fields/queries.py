"""Reads of custom fields, and tickets by their values."""

import re
from typing import Any

import msgspec

from api.actor import Actor
from api.custom_fields.rules import KEY
from api.custom_fields.wire import CustomField
from api.db import Read
from api.errors import Malformed, NotFound

MAX_FIELDS = 200

_FIELD = """
select f.id, f.key, f.name, f.type, f.options, f.is_required, f.is_for_customers, f.position, f.is_active
from custom_fields f
"""


async def list_custom_fields(read: Read, *, with_inactive: bool = False) -> list[CustomField]:
    """The fields the reader may see on a ticket, in their order, at most MAX_FIELDS."""
    return await read.all(
        _FIELD
        + f"where (f.is_active or %(with_inactive)s) and {visible_fields(read.actor)} "
        + f"order by f.position, f.id limit {MAX_FIELDS}",
        {"with_inactive": with_inactive},
        CustomField,
    )


async def get_custom_field(read: Read, field_id: int) -> CustomField:
    """One field. Raises NotFound."""
    found = await read.one(_FIELD + "where f.id = %(id)s", {"id": field_id}, CustomField)
    if found is None:
        raise NotFound("custom_field.not_found", "There is no such custom field.")
    return found


def visible_fields(actor: Actor, alias: str = "f") -> str:
    """Condition on `custom_fields AS alias`: customers see only what is for them."""
    return "true" if actor.is_staff or actor.kind == "system" else f"({alias}.is_for_customers and {alias}.is_active)"


def holds(actor: Actor, said: str, number: int) -> tuple[str, dict[str, Any]]:
    """Condition on `tickets AS t` that a field has a value, from `key:value`, and its parameters, named by `number`.

    The value is a text, a number, a day, `true` or `false`, or an option of those chosen, by the GIN index of
    `custom_attributes`. Raises Malformed when it is no key and value.
    """
    key, separator, value = said.partition(":")
    if not separator or not value or "\0" in value or not re.fullmatch(KEY, key):
        raise Malformed("ticket.custom_field", "Write a field as key:value.", parameter="custom_field")
    meant = [{key: value}, {key: [value]}, *({key: other} for other in _others(value))]
    names = [f"custom_{number}_{index}" for index in range(len(meant))]
    condition = " or ".join(f"t.custom_attributes @> %({name})s::jsonb" for name in names)
    params: dict[str, Any] = {name: msgspec.json.encode(each).decode() for name, each in zip(names, meant, strict=True)}
    if not (actor.is_staff or actor.kind == "system"):
        # else a customer could learn, by trying, what staff notes in fields that are not theirs
        condition = (
            f"({condition}) and exists (select from custom_fields f where f.key = %(custom_{number}_key)s"
            f" and {visible_fields(actor)})"
        )
        params[f"custom_{number}_key"] = key
    return f"({condition})", params


def _others(value: str) -> list[bool | int | float]:
    """What else than a text was perhaps meant."""
    if value in ("true", "false"):
        return [value == "true"]
    try:
        number = msgspec.json.decode(value, type=int | float)
    except msgspec.DecodeError:
        return []
    return [number]
