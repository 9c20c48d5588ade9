"""Erase a person: all they said and were told, and who they were; that somebody complained, when, and how it went stays."""

import msgspec

from api.errors import Conflict, Forbidden, Invalid
from api.events.catalogue import PersonErased
from api.events.tx import Tx
from api.people.commands.change import lock_user
from api.privacy.commands.words import Whose, erase_words
from api.privacy.rules import ERASED_NAME, erased_address
from api.privacy.wire import Erased, Erasure

STATEMENT_TIMEOUT = "60s"
"""A person with thousands of tickets is erased in one transaction all the same."""


async def erase_person(tx: Tx, user_id: int, data: Erasure) -> Erased:
    """Erase the person, in this transaction; `person.erased` says how much of what it took.

    Raises NotFound; Forbidden for oneself; Invalid unless the confirmation is the person's address; Conflict for staff
    that is still active, whose tickets have to be handed on first, and for who is erased already.
    """
    if user_id == tx.actor.id:
        raise Forbidden("privacy.oneself", "Another administrator has to erase you.")
    await tx.run(f"set local statement_timeout = '{STATEMENT_TIMEOUT}'")
    user = await lock_user(tx, user_id)
    if await tx.value("select erased_at from users where id = %(id)s", {"id": user_id}):
        raise Conflict("privacy.erased", "This person was erased already.")
    if data.confirmation.strip().lower() != user["email"].lower():
        raise Invalid("privacy.confirmation", "Type the person's e-mail address to confirm.", field="confirmation")
    if user["role"] != "customer" and user["is_active"]:
        raise Conflict("privacy.active_staff", "Deactivate the account first, and hand its tickets on.")
    own, held = await _lock_tickets(tx, user_id)
    erased = await erase_words(
        tx, Whose(ticket_ids=own, person_id=user_id, address=user["email"].lower()), held_ids=held
    )
    for statement in _ABOUT_PERSON:
        await tx.run(statement, {"id": user_id, "name": ERASED_NAME, "email": erased_address(user_id), "now": tx.now})
    await tx.append(PersonErased(entity_id=user_id, new=msgspec.to_builtins(erased)))
    return erased


async def _lock_tickets(tx: Tx, user_id: int) -> tuple[list[int], list[int]]:
    """(the person's tickets, all on which they said something), held in the order of their ids."""
    rows = await tx.dicts(
        """
        select t.id, t.customer_id = %(id)s as is_own from tickets t
        where t.customer_id = %(id)s or t.id in (select ticket_id from comments where author_id = %(id)s)
        order by t.id for update
        """,
        {"id": user_id},
    )
    return [row["id"] for row in rows if row["is_own"]], [row["id"] for row in rows]


_ABOUT_PERSON = (
    "delete from sessions where user_id = %(id)s",
    "delete from api_tokens where user_id = %(id)s",
    "delete from second_factors where user_id = %(id)s",
    "delete from recovery_codes where user_id = %(id)s",
    "delete from password_resets where user_id = %(id)s",
    "delete from notifications where user_id = %(id)s",
    "delete from notification_preferences where user_id = %(id)s",
    "delete from push_subscriptions where user_id = %(id)s",
    "delete from quiet_hours where user_id = %(id)s",
    "delete from idempotency_keys where actor_id = %(id)s",
    "delete from ticket_mutes where user_id = %(id)s",
    "delete from saved_searches where owner_id = %(id)s",
    """
    update users set name = %(name)s, email = %(email)s, password_hash = null, is_active = false, tags = '{}',
                     external_id = null, erased_at = %(now)s, updated_at = %(now)s
    where id = %(id)s
    """,
)
