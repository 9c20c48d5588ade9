"""Who may set which field of a new ticket, and how its words are hashed for the log."""

import hashlib
from collections.abc import Collection

from api.actor import Actor

STAFF_FIELDS = ("customer_id", "team_id", "skill_id", "tags", "auto_assign")
CUSTOMER_PRIORITIES = ("low", "medium", "high")


def refused_field(actor: Actor, given: Collection[str], priority: str) -> str | None:
    """The first of the fields `given` for a new ticket that this actor may not set, or None."""
    if actor.is_staff or actor.kind == "system":
        return None
    if priority not in CUSTOMER_PRIORITIES:
        return "priority"
    return next((field for field in STAFF_FIELDS if field in given), None)


def salted_sha256(salt: bytes, text: str) -> str:
    """Hex SHA-256 of salt and text: what the log holds in place of words. Erasing the salt makes it meaningless."""
    return hashlib.sha256(salt + text.encode()).hexdigest()
