"""What people set for themselves."""

from api.errors import Invalid
from api.events.tx import Tx
from api.people.commands.change import changed_fields, lock_user, write_changes
from api.people.rules import is_staff
from api.people.wire import Preferences


async def update_preferences(tx: Tx, user_id: int, data: Preferences) -> None:
    """Write what differs. Who goes offline may hand tickets back: routing reacts to the event.

    Raises Invalid for a zone nobody knows, and for the availability of a customer.
    """
    user = await lock_user(tx, user_id)
    changed = changed_fields(user, data)
    if "availability" in changed and not is_staff(user["role"]):
        raise Invalid("user.availability", "Only agents and administrators have one.", field="availability")
    await write_changes(tx, user, changed)
