"""Change a person's row and tell the log what may be told: the one way all changes of a person take."""

from typing import Any

import msgspec
from msgspec import UNSET
from psycopg.errors import UniqueViolation

from api.errors import Conflict, Invalid, NotFound
from api.events.catalogue import UserUpdated
from api.events.fields import DepartureDetails
from api.events.tx import Tx
from api.people.rules import known_zones

UNTOLD = ("name", "email", "password_hash")
"""Columns whose values never enter the log: only that they changed."""


async def lock_user(tx: Tx, user_id: int) -> dict[str, Any]:
    """The person's row, held until the end of the transaction. Raises NotFound."""
    rows = await tx.dicts(
        """
        select id, email, name, role, is_active, availability, capacity, tags, language, time_zone, theme, density,
               organisation_id, is_organisation_confirmed
        from users where id = %(id)s for update
        """,
        {"id": user_id},
    )
    if not rows:
        raise NotFound("user.not_found", "There is no such person.")
    return rows[0]


def changed_fields(user: dict[str, Any], patch: msgspec.Struct) -> dict[str, Any]:
    """What the patch names of the person's columns and holds otherwise. Raises Invalid for a zone nobody knows."""
    wanted = {name: getattr(patch, name) for name in patch.__struct_fields__ if name in user}
    for name in ("name", "email"):
        if isinstance(wanted.get(name), str):
            wanted[name] = wanted[name].strip().lower() if name == "email" else wanted[name].strip()
    changed = {name: value for name, value in wanted.items() if value is not UNSET and value != user[name]}
    if "time_zone" in changed and changed["time_zone"] not in known_zones():
        raise Invalid("user.time_zone", "There is no such time zone.", field="time_zone")
    return changed


async def write_changes(
    tx: Tx, user: dict[str, Any], changed: dict[str, Any], details: DepartureDetails | None = None
) -> None:
    """Write the columns of `changed` (names of `users`, never a caller's text) and append `user.updated`.

    Raises Conflict when the new address is another's.
    """
    if not changed and details is None:
        return
    columns = ", ".join(f"{name} = %({name})s" for name in [*changed, "updated_at"])
    values = changed | {"id": user["id"], "updated_at": tx.now}
    try:
        await tx.run(f"update users set {columns} where id = %(id)s", values)
    except UniqueViolation as error:
        raise Conflict("user.email_taken", "Another account has this address.", field="email") from error
    told = {name: value for name, value in changed.items() if name not in UNTOLD}
    untold = sorted(name.removesuffix("_hash") for name in changed if name in UNTOLD)
    await tx.append(
        UserUpdated(
            entity_id=user["id"],
            old={name: user[name] for name in told} or None,
            new=told | ({"changed": untold} if untold else {}),
            details=details,
        )
    )
