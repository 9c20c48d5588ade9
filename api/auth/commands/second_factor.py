"""A second factor: set up, asked for, taken away; and recovery codes for who has lost the app."""

from datetime import timedelta
from typing import Any

from api.auth import totp
from api.auth.commands.codes import Factor, accept_code, check_own_password, find_factor
from api.auth.commands.sessions import Refused
from api.auth.rules import digest
from api.auth.wire import Enrolment, RecoveryCodes
from api.db import Read
from api.errors import Conflict, Forbidden, NotFound
from api.events.catalogue import (
    RecoveryCodesMade,
    SecondFactorEnrolled,
    SecondFactorRemoved,
)
from api.events.tx import Tx
from api.settings import Settings

ENROLMENT_TIME = timedelta(minutes=15)
"""How long a secret that was shown may be confirmed."""


async def begin_enrolment(tx: Tx, password: str, *, redis: Any, settings: Settings) -> None:
    """Make a secret that waits for its first code; one that waited before is over.

    Raises Conflict when there is a second factor already, Forbidden for a wrong password (who has none is not asked).
    """
    await check_own_password(tx, password, redis)
    begun = await tx.run(
        """
        insert into second_factors (user_id, secret, created_at) values (%(user_id)s, %(secret)s, %(now)s)
        on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = null
        where second_factors.confirmed_at is null
        """,
        {"user_id": tx.actor.id, "secret": totp.sealed(totp.new_secret(), settings.secret_key), "now": tx.now},
    )
    if not begun:
        raise Conflict("second_factor.on", "Two-step sign-in is set up already.")


async def get_enrolment(read: Read, settings: Settings) -> Enrolment:
    """The secret that waits for its first code. Raises NotFound when there is none, or it waited too long."""
    factor = await find_factor(read, read.actor.id)
    secret = _waiting(read, factor, settings)
    account, issuer = await _names(read)
    uri = totp.uri_of(secret, account, issuer)
    return Enrolment(secret=totp.readable(secret), uri=uri, qr_svg=totp.qr_code(uri))


async def confirm_enrolment(tx: Tx, code: str, *, redis: Any, settings: Settings) -> RecoveryCodes | Refused:
    """Turn the second factor on by its first code; returns the recovery codes. Raises NotFound when nothing waits."""
    _waiting(tx, await find_factor(tx, tx.actor.id), settings)
    if not await accept_code(tx, _id(tx), code, redis=redis, settings=settings, is_enrolling=True):
        return wrong_code()
    await tx.run(
        "update second_factors set confirmed_at = %(now)s where user_id = %(user_id)s",
        {"user_id": tx.actor.id, "now": tx.now},
    )
    await tx.append(SecondFactorEnrolled(entity_id=tx.actor.id))
    return await _make_recovery_codes(tx)


async def renew_recovery_codes(tx: Tx, code: str, *, redis: Any, settings: Settings) -> RecoveryCodes | Refused:
    """Replace all recovery codes. Raises NotFound without a second factor."""
    await _check_on(tx)
    if not await accept_code(tx, _id(tx), code, redis=redis, settings=settings):
        return wrong_code()
    return await _make_recovery_codes(tx)


async def remove_second_factor(tx: Tx, code: str, *, redis: Any, settings: Settings) -> Refused | None:
    """Turn the actor's second factor off. Raises NotFound without one."""
    await _check_on(tx)
    if not await accept_code(tx, _id(tx), code, redis=redis, settings=settings):
        return wrong_code()
    await _remove(tx, _id(tx))
    return None


async def reset_second_factor(tx: Tx, user_id: int) -> None:
    """Turn somebody's second factor off, who has lost app and codes; without one nothing changes. Raises NotFound."""
    if not await tx.value("select true from users where id = %(id)s for update", {"id": user_id}):
        raise NotFound("user.not_found", "There is no such person.")
    await _remove(tx, user_id)


def wrong_code() -> Refused:
    """The refusal of a code that is not, or no longer, right."""
    return Refused(Forbidden("auth.wrong_code", "This code is wrong, or was used before.", field="code"))


async def _make_recovery_codes(tx: Tx) -> RecoveryCodes:
    codes = totp.new_recovery_codes()
    await tx.run("delete from recovery_codes where user_id = %(user_id)s", {"user_id": tx.actor.id})
    await tx.run(
        """
        insert into recovery_codes (user_id, code_sha256, created_at)
        select %(user_id)s, hash, %(now)s from unnest(%(hashes)s::bytea[]) hash
        """,
        {"user_id": tx.actor.id, "hashes": [digest(totp.bare(code)) for code in codes], "now": tx.now},
    )
    await tx.append(RecoveryCodesMade(entity_id=tx.actor.id))
    return RecoveryCodes(codes)


async def _remove(tx: Tx, user_id: int) -> None:
    was_on = await tx.value(
        "delete from second_factors where user_id = %(id)s returning confirmed_at is not null", {"id": user_id}
    )
    await tx.run("delete from recovery_codes where user_id = %(id)s", {"id": user_id})
    if was_on:
        await tx.append(SecondFactorRemoved(entity_id=user_id))


def _waiting(read: Read, factor: Factor | None, settings: Settings) -> bytes:
    if factor is None or factor.confirmed_at or read.now - factor.created_at > ENROLMENT_TIME:
        raise NotFound("second_factor.begin", "Begin to set up two-step sign-in first.")
    return totp.opened(factor.secret, settings.secret_key)


async def _check_on(tx: Tx) -> None:
    factor = await find_factor(tx, tx.actor.id)
    if factor is None or factor.confirmed_at is None:
        raise NotFound("second_factor.off", "Two-step sign-in is not set up.")


async def _names(read: Read) -> tuple[str, str]:
    """(the person's address, the installation's name)."""
    rows = await read.dicts(
        """
        select email, coalesce((select value #>> '{}' from installation_settings where name = 'branding_name'), 'Redress') as name
        from users where id = %(id)s
        """,
        {"id": read.actor.id},
    )
    return rows[0]["email"], rows[0]["name"]


def _id(tx: Tx) -> int:
    """Whoever has `Right.SIGN_IN` is somebody."""
    return tx.actor.id or 0
