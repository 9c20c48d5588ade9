"""Register, and change one's password."""

from typing import Any

from anyio import to_thread
from msgspec import UNSET

from api.auth.commands.codes import check_own_password
from api.auth.passwords import hash_password
from api.auth.rules import password_problem
from api.auth.wire import PasswordChange, Registration
from api.errors import Conflict, Forbidden, Invalid
from api.events.catalogue import PasswordChanged, UserRegistered
from api.events.tx import Tx
from api.organisations.queries import OF_ADDRESS


async def register(tx: Tx, data: Registration) -> int:
    """Make a customer; returns the id. Raises Forbidden for any other role or when registration is closed, Invalid for
    a weak password, Conflict when the address is taken."""
    if data.role is not UNSET and data.role != "customer":
        raise Forbidden("auth.role", "Only an administrator makes agents and administrators.")
    if await tx.value("select value from installation_settings where name = 'allow_registration'") is False:
        raise Forbidden("auth.registration_closed", "Registration is closed here.")
    if problem := password_problem(data.password, data.email):
        raise Invalid("auth.password", problem, field="password")
    hashed = await to_thread.run_sync(hash_password, data.password)
    made = await tx.dicts(
        f"""
        insert into users (email, name, role, password_hash, organisation_id, created_at, updated_at)
        values (lower(%(email)s), %(name)s, 'customer', %(hash)s, {OF_ADDRESS}, %(now)s, %(now)s)
        on conflict (lower(email)) do nothing returning id, organisation_id
        """,
        {"email": data.email.strip(), "name": data.name.strip(), "hash": hashed, "now": tx.now},
    )
    if not made:
        raise Conflict("auth.email_taken", "There is an account with this address. Sign in instead.", field="email")
    user_id, organisation_id = made[0].values()
    membership = {"organisation_id": organisation_id} if organisation_id else {}
    await tx.append(UserRegistered(entity_id=user_id, new={"role": "customer", "is_active": True} | membership))
    return user_id


async def change_password(tx: Tx, data: PasswordChange, redis: Any) -> None:
    """Replace one's password and revoke all other sessions. Raises Forbidden when the present one is wrong or there is
    none, TooMany after many wrong ones."""
    email = await tx.value("select email from users where id = %(id)s for update", {"id": tx.actor.id})
    await check_own_password(tx, data.current, redis, is_needed=True)
    if problem := password_problem(data.new, email):
        raise Invalid("auth.password", problem, field="new")
    hashed = await to_thread.run_sync(hash_password, data.new)
    await tx.run(
        """
        with changed as (update users set password_hash = %(hash)s, updated_at = %(now)s where id = %(id)s)
        update sessions set revoked_at = %(now)s
        where user_id = %(id)s and revoked_at is null and id is distinct from %(session_id)s
        """,
        {"hash": hashed, "now": tx.now, "id": tx.actor.id, "session_id": tx.actor.session_id},
    )
    await tx.append(PasswordChanged(entity_id=tx.actor.id))
