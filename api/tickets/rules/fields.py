"""Who may set which field of a new ticket."""

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
