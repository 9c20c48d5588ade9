"""What proves, at any time, that somebody is who they are: the code of their app, a recovery code, their password."""

from datetime import datetime
from typing import Any

import msgspec
from anyio import to_thread
from cryptography.fernet import InvalidToken

from api.auth import totp
from api.auth.limits import check_limit, keys_of, note_failure
from api.auth.passwords import verify_password
from api.auth.rules import digest
from api.db import Read
from api.errors import Forbidden
from api.events.catalogue import RecoveryCodeUsed, SecondFactorFailed
from api.events.tx import Tx
from api.settings import Settings

MAX_FOR_ACCOUNT, MAX_FROM_ADDRESS = 5, 50
"""Wrong codes in ten minutes: three of a million are right at any time."""


class Factor(msgspec.Struct, frozen=True):
    """A second factor as it is stored, its secret encrypted."""

    secret: bytes
    last_step: int | None
    created_at: datetime
    confirmed_at: datetime | None


async def accept_code(
    tx: Tx, user_id: int, code: str, *, redis: Any, settings: Settings, is_enrolling: bool = False
) -> bool:
    """Whether the code is the person's: of their app, now, and later than the last one taken; or a recovery code, which
    is used up by it. A wrong one is in the log. Raises TooMany.

    Holds the row of the second factor, so that guesses come one by one and are counted.
    """
    factor = await find_factor(tx, user_id, "for update")
    account, *address = keys = keys_of(f"user {user_id}", tx.actor.ip, "code")
    await check_limit(redis, [account], MAX_FOR_ACCOUNT)
    await check_limit(redis, address, MAX_FROM_ADDRESS)
    typed = totp.bare(code)
    if factor and (factor.confirmed_at or is_enrolling):
        step = _step_of(factor, typed, tx.now, settings.secret_key)
        if step is not None:
            await tx.run(
                "update second_factors set last_step = %(step)s where user_id = %(user_id)s",
                {"user_id": user_id, "step": step},
            )
            return True
        if factor.confirmed_at and await _use_recovery_code(tx, user_id, typed):
            return True
    await note_failure(redis, keys)
    await tx.append(SecondFactorFailed(entity_id=user_id))
    return False


async def check_own_password(tx: Tx, password: str, redis: Any, *, is_needed: bool = False) -> None:
    """Raise Forbidden unless this is the actor's password; TooMany after many wrong ones. Who has none is not asked, unless
    `is_needed`."""
    keys = keys_of(f"user {tx.actor.id}", None, "password")
    await check_limit(redis, keys)
    stored = await tx.value("select password_hash from users where id = %(id)s", {"id": tx.actor.id})
    if (stored is not None or is_needed) and not await to_thread.run_sync(verify_password, stored, password):
        await note_failure(redis, keys)
        raise Forbidden("auth.wrong_password", "The present password is wrong.", field="current")


async def find_factor(read: Read, user_id: int | None, lock: str = "") -> Factor | None:
    """Somebody's second factor, confirmed or not."""
    query = f"select secret, last_step, created_at, confirmed_at from second_factors where user_id = %(id)s {lock}"
    return await read.one(query, {"id": user_id}, Factor)


def _step_of(factor: Factor, typed: str, now: datetime, key: str) -> int | None:
    try:
        secret = totp.opened(factor.secret, key)
    except InvalidToken:
        return None  # the installation has another key by now: recovery codes go on working
    return totp.matching_step(secret, typed, now, factor.last_step)


async def _use_recovery_code(tx: Tx, user_id: int, typed: str) -> bool:
    used = await tx.run(
        """
        update recovery_codes set used_at = %(now)s
        where user_id = %(user_id)s and code_sha256 = %(hash)s and used_at is null
        """,
        {"user_id": user_id, "hash": digest(typed), "now": tx.now},
    )
    if used:
        await tx.append(RecoveryCodeUsed(entity_id=user_id))
    return used > 0
