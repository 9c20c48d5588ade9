"""A forgotten password: a link to the person's own address, by which they set a new one."""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
from anyio import to_thread

from api.auth.limits import check_limit, keys_of, note_failure
from api.auth.passwords import hash_password
from api.auth.rules import RESET_SECONDS, digest, password_problem
from api.auth.wire import NewPassword
from api.db import Read
from api.errors import Invalid, NotFound
from api.events.catalogue import PasswordChanged, PasswordResetRequested
from api.events.tx import Tx

MAX_FOR_ACCOUNT, MAX_FROM_ADDRESS = 5, 50
"""Links asked for in ten minutes: many people may share an address of the network."""


class _Reset(msgspec.Struct, frozen=True):
    user_id: int
    email: str


async def request_password_reset(tx: Tx, email: str, redis: Any) -> None:
    """Note that somebody asks for a link, which goes to the address if a person who may sign in has it.

    Nothing tells whether one has. Raises TooMany.
    """
    account, *address = keys = keys_of(email.strip(), tx.actor.ip, "reset")
    await check_limit(redis, [account], MAX_FOR_ACCOUNT)
    await check_limit(redis, address, MAX_FROM_ADDRESS)
    await note_failure(redis, keys)
    user_id = await tx.value(
        "select id from users where lower(email) = lower(%(email)s) and is_active", {"email": email.strip()}
    )
    await tx.append(PasswordResetRequested(entity_id=user_id))


async def issue_password_reset(tx: Tx, user_id: int) -> str:
    """A new token that sets the person's password, once, within RESET_SECONDS. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    await tx.run(
        """
        with over as (delete from password_resets where user_id = %(user_id)s and expires_at < %(now)s)
        insert into password_resets (user_id, token_sha256, created_at, expires_at)
        values (%(user_id)s, %(hash)s, %(now)s, %(expires_at)s)
        """,
        {
            "user_id": user_id,
            "hash": digest(token),
            "now": tx.now,
            "expires_at": tx.now + timedelta(seconds=RESET_SECONDS),
        },
    )
    return token


async def check_password_reset(read: Read, token: str) -> None:
    """Raise NotFound when the token is not, or no longer, good for a new password."""
    await _find(read, token)


async def reset_password(tx: Tx, data: NewPassword) -> None:
    """Set the password of whoever the token is for; all their sessions end, and their other links with them.

    Raises NotFound for a token that is over, was used or was never made, Invalid for a weak password.
    """
    reset = await _find(tx, data.token, "for update of u")
    if problem := password_problem(data.password, reset.email):
        raise Invalid("auth.password", problem, field="password")
    hashed = await to_thread.run_sync(hash_password, data.password)
    await tx.run(
        """
        with changed as (update users set password_hash = %(hash)s, updated_at = %(now)s where id = %(user_id)s),
             used as (update password_resets set used_at = %(now)s where user_id = %(user_id)s and used_at is null)
        update sessions set revoked_at = %(now)s where user_id = %(user_id)s and revoked_at is null
        """,
        {"hash": hashed, "now": tx.now, "user_id": reset.user_id},
    )
    await tx.append(PasswordChanged(entity_id=reset.user_id))


async def _find(read: Read, token: str, lock: str = "") -> _Reset:
    found = await read.one(
        f"""
        select u.id as user_id, u.email
        from password_resets r join users u on u.id = r.user_id and u.is_active
        where r.token_sha256 = %(hash)s and r.used_at is null and r.expires_at > %(now)s {lock}
        """,
        {"hash": digest(token), "now": read.now},
        _Reset,
    )
    if found is None:
        raise NotFound("auth.reset", "This link is over, or was used before. Ask for a new one.")
    return found
