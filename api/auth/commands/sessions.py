"""Sessions: opened for who proved who they are, refreshed, ended."""

import secrets
from datetime import datetime, timedelta

import jwt
import msgspec

from api.auth.queries import get_me
from api.auth.rules import ACCESS_SECONDS, SESSION_SECONDS, digest
from api.auth.wire import SignedIn
from api.errors import NotFound, Problem, Unauthenticated
from api.events.catalogue import LoggedOut, LoginSucceeded, TokenReused
from api.events.tx import Tx
from api.settings import Settings

ALGORITHM = "HS256"


class _Kept(msgspec.Struct, frozen=True):
    id: int
    session_id: int
    user_id: int
    used_at: datetime | None
    is_alive: bool


class Refused(msgspec.Struct, frozen=True):
    """A refusal whose event must be kept: whoever called commits first, and then tells the problem."""

    problem: Problem


class Opened(msgspec.Struct, frozen=True):
    """A session that was opened, with the secret for the browser's cookie when one was asked for."""

    signed_in: SignedIn
    cookie: str | None


async def open_session(tx: Tx, user_id: int, settings: Settings, *, with_cookie: bool = False) -> Opened:
    """Open a session for somebody who has proved who they are."""
    refresh, cookie = secrets.token_urlsafe(32), secrets.token_urlsafe(32) if with_cookie else None
    session_id = await tx.value(
        """
        with session as (
            insert into sessions (user_id, cookie_sha256, ip, user_agent, created_at, last_seen_at, expires_at)
            values (%(user_id)s, %(cookie)s, %(ip)s, %(user_agent)s, %(now)s, %(now)s, %(expires_at)s)
            returning id
        )
        insert into refresh_tokens (session_id, token_sha256, created_at, expires_at)
        select id, %(refresh)s, %(now)s, %(expires_at)s from session
        returning session_id
        """,
        {
            "user_id": user_id,
            "cookie": digest(cookie) if cookie else None,
            "refresh": digest(refresh),
            "ip": tx.actor.ip,
            "user_agent": tx.actor.user_agent,
            "now": tx.now,
            "expires_at": tx.now + timedelta(seconds=SESSION_SECONDS),
        },
    )
    await tx.append(LoginSucceeded(entity_id=user_id, new={"session_id": session_id}))
    return Opened(await _signed_in(tx, user_id, session_id, refresh, settings), cookie)


async def refresh_session(tx: Tx, refresh_token: str, settings: Settings) -> SignedIn | Refused:
    """Exchange a refresh token for the next pair. One that was used before revokes its whole session."""
    kept = await tx.one(
        """
        select r.id, r.session_id, s.user_id, r.used_at,
               s.revoked_at is null and s.expires_at > %(now)s and r.expires_at > %(now)s and u.is_active as is_alive
        from refresh_tokens r join sessions s on s.id = r.session_id join users u on u.id = s.user_id
        where r.token_sha256 = %(hash)s for update of r, s
        """,
        {"hash": digest(refresh_token), "now": tx.now},
        _Kept,
    )
    refusal = Refused(Unauthenticated("auth.refresh", "Sign in again."))
    if kept is None or not kept.is_alive:
        return refusal
    if kept.used_at is not None:
        await tx.run(
            "update sessions set revoked_at = %(now)s where id = %(id)s", {"id": kept.session_id, "now": tx.now}
        )
        await tx.append(TokenReused(entity_id=kept.user_id, new={"session_id": kept.session_id}))
        return refusal
    fresh = secrets.token_urlsafe(32)
    await tx.run(
        """
        with used as (update refresh_tokens set used_at = %(now)s where id = %(id)s),
             seen as (update sessions set last_seen_at = %(now)s, expires_at = %(expires_at)s where id = %(session_id)s)
        insert into refresh_tokens (session_id, token_sha256, created_at, expires_at)
        values (%(session_id)s, %(hash)s, %(now)s, %(expires_at)s)
        """,
        {
            "id": kept.id,
            "session_id": kept.session_id,
            "hash": digest(fresh),
            "now": tx.now,
            "expires_at": tx.now + timedelta(seconds=SESSION_SECONDS),
        },
    )
    return await _signed_in(tx, kept.user_id, kept.session_id, fresh, settings)


async def log_out(tx: Tx) -> None:
    """Revoke the session that asks; without one there is nothing to do."""
    if tx.actor.session_id is None:
        return
    await tx.run(
        "update sessions set revoked_at = %(now)s where id = %(id)s and revoked_at is null",
        {"id": tx.actor.session_id, "now": tx.now},
    )
    await tx.append(LoggedOut(entity_id=tx.actor.id, new={"session_id": tx.actor.session_id}))


async def end_session(tx: Tx, session_id: int) -> None:
    """Revoke one of the actor's sessions, wherever it is. Raises NotFound when it is another's, or over."""
    if not await _end(tx, "id = %(session_id)s", session_id):
        raise NotFound("session.not_found", "There is no such session, or it is over.")


async def end_other_sessions(tx: Tx) -> int:
    """Revoke all sessions of the actor but the one that asks; returns how many there were."""
    return await _end(tx, "id is distinct from %(session_id)s", tx.actor.session_id)


async def _end(tx: Tx, which: str, session_id: int | None) -> int:
    ended = await tx.values(
        f"""
        update sessions set revoked_at = %(now)s
        where user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s and {which} returning id
        """,
        {"now": tx.now, "user_id": tx.actor.id, "session_id": session_id},
    )
    await tx.append(*(LoggedOut(entity_id=tx.actor.id, new={"session_id": ended_id}) for ended_id in sorted(ended)))
    return len(ended)


async def _signed_in(tx: Tx, user_id: int, session_id: int, refresh: str, settings: Settings) -> SignedIn:
    expires_at = tx.now + timedelta(seconds=ACCESS_SECONDS)
    claims = {
        "sub": str(user_id),
        "sid": session_id,
        "iat": int(tx.now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    token = jwt.encode(claims, settings.secret_key, ALGORITHM)
    return SignedIn(user=await get_me(tx, user_id), token=token, refresh_token=refresh, expires_at=expires_at)
