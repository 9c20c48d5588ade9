"""Sign in: by a password or another proof, and by a second step where one is set up."""

from datetime import datetime, timedelta
from typing import Any

import jwt
import msgspec
from anyio import CapacityLimiter, to_thread

from api.auth.commands.codes import accept_code
from api.auth.commands.sessions import ALGORITHM, Opened, Refused, open_session
from api.auth.limits import check_limit, keys_of, note_failure
from api.auth.passwords import verify_password
from api.auth.rules import digest
from api.errors import Unauthenticated
from api.events.catalogue import LoginFailed
from api.events.tx import Tx
from api.settings import Settings

CHALLENGE, CHALLENGE_SECONDS = "second step", 300
_hashing = CapacityLimiter(2)
"""Hashing takes a core and 64 MB each time; more at once would only slow everybody down."""


class _Account(msgspec.Struct, frozen=True):
    id: int
    password_hash: str | None
    is_active: bool
    has_second_factor: bool


_ACCOUNT = """
    select u.id, u.password_hash, u.is_active,
           exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null) as has_second_factor
    from users u
"""


class Challenged(msgspec.Struct, frozen=True):
    """The first step is done. `challenge` proves it to the second one, for CHALLENGE_SECONDS."""

    challenge: str
    expires_at: datetime


async def log_in(
    tx: Tx, email: str, password: str, *, redis: Any, settings: Settings, with_cookie: bool = False
) -> Opened | Challenged | Refused:
    """Open a session, or ask for the second step. An unknown address and a wrong password take equal time and get equal words.

    Raises TooMany when the account or the address has failed too often lately.
    """
    keys = keys_of(email, tx.actor.ip)
    await check_limit(redis, keys)
    account = await tx.one(f"{_ACCOUNT} where lower(u.email) = lower(%(email)s)", {"email": email.strip()}, _Account)
    stored = account.password_hash if account and account.is_active else None
    is_right = await to_thread.run_sync(verify_password, stored, password, limiter=_hashing)
    if not account or not is_right:
        await note_failure(redis, keys)
        await tx.append(LoginFailed(entity_id=account.id if account else None))
        return Refused(Unauthenticated("auth.wrong", "The e-mail address or the password is wrong."))
    return await _admit(tx, account, settings, with_cookie=with_cookie)


async def admit(tx: Tx, user_id: int, settings: Settings, *, with_cookie: bool = False) -> Opened | Challenged:
    """Open a session for who proved by other means than a password who they are, or ask for the second step.

    Raises Unauthenticated for who is no longer active.
    """
    account = await _find_active(tx, user_id)
    if account is None:
        raise Unauthenticated("auth.wrong", "This account is not active.")
    return await _admit(tx, account, settings, with_cookie=with_cookie)


async def answer_challenge(
    tx: Tx, challenge: str, code: str, *, redis: Any, settings: Settings, with_cookie: bool = False
) -> Opened | Refused:
    """The second step. Its code counts once, so neither does a challenge that is sent again. Raises TooMany."""
    claims = _read_challenge(challenge, settings.secret_key, tx.now)
    account = await _find_active(tx, int(claims["sub"])) if claims else None
    if not claims or not account or claims["of"] != _fingerprint(account):
        return Refused(Unauthenticated("auth.challenge", "This took too long. Sign in again from the beginning."))
    if not await accept_code(tx, account.id, code, redis=redis, settings=settings):
        return Refused(Unauthenticated("auth.wrong_code", "This code is wrong, or was used before.", field="code"))
    return await open_session(tx, account.id, settings, with_cookie=with_cookie)


async def _find_active(tx: Tx, user_id: int) -> _Account | None:
    return await tx.one(f"{_ACCOUNT} where u.id = %(id)s and u.is_active", {"id": user_id}, _Account)


async def _admit(tx: Tx, account: _Account, settings: Settings, *, with_cookie: bool) -> Opened | Challenged:
    if not account.has_second_factor:
        return await open_session(tx, account.id, settings, with_cookie=with_cookie)
    expires_at = tx.now + timedelta(seconds=CHALLENGE_SECONDS)
    claims = {"use": CHALLENGE, "sub": str(account.id), "of": _fingerprint(account), "exp": int(expires_at.timestamp())}
    return Challenged(jwt.encode(claims, settings.secret_key, ALGORITHM), expires_at)


def _read_challenge(challenge: str, key: str, now: datetime) -> dict[str, Any] | None:
    """The claims of a challenge that still holds. An access token is none: it has another use."""
    try:
        claims = jwt.decode(challenge, key, algorithms=[ALGORITHM], options={"verify_exp": False})
    except jwt.InvalidTokenError:
        return None
    return claims if claims.get("use") == CHALLENGE and int(claims["exp"]) > now.timestamp() else None


def _fingerprint(account: _Account) -> str:
    """Ties a challenge to the password it was given for: a new one ends it."""
    return digest(account.password_hash or "").hex()[:16]
