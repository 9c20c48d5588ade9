"""Find who is behind a request: a bearer's access token, an API token, or a browser's cookie; else nobody."""

import time
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

import jwt
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from msgspec.structs import replace

from api.actor import ANONYMOUS, Actor
from api.auth.commands.sessions import ALGORITHM
from api.auth.cookies import cookie_name
from api.auth.queries import Found, find_by_cookie, find_by_session, find_by_token
from api.auth.rules import SESSION_SECONDS, TOKEN_PREFIX, digest
from api.db import Database

CACHE_SECONDS = 5.0
"""How long a revoked session may go on in another process."""
MAX_CACHED = 10_000
NOTE_AFTER = timedelta(minutes=10)
"""How much later a use is noted anew."""
MAX_USER_AGENT = 300


class Authenticate(AbstractAuthenticationMiddleware):
    """Sets `request.user` to the Actor and `request.auth` to how it was found: `bearer`, `token`, `cookie` or None."""

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        actor, how = await identify(connection)
        client = connection.client
        agent = connection.headers.get("user-agent")
        seen = replace(actor, ip=client.host if client else None, user_agent=agent[:MAX_USER_AGENT] if agent else None)
        return AuthenticationResult(user=seen, auth=how)


async def identify(connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[Actor, str | None]:
    """(actor, how). Whoever shows nothing valid is nobody; the guard says so where it matters."""
    state = connection.app.state
    scheme, _, credential = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credential:
        return await identify_credential(state, credential)
    cookie = connection.cookies.get(cookie_name(state.settings))
    found = await _cached(state, f"c{cookie}") if cookie else None
    return (found, "cookie") if found else (ANONYMOUS, None)


async def identify_credential(state: Any, credential: str) -> tuple[Actor, str]:
    """(actor, how) behind an access token or an API token; nobody when it is not valid."""
    if credential.startswith(TOKEN_PREFIX):
        return await _cached(state, f"t{credential}") or ANONYMOUS, "token"
    session_id = _session_of(credential, state.settings.secret_key, state.clock())
    return (await _cached(state, f"s{session_id}") if session_id else None) or ANONYMOUS, "bearer"


def forget(app_state: Any, user_id: int | None) -> None:
    """Drop what is cached of a person, so that signing out or changing rights holds at once in this process."""
    cache = _cache(app_state)
    for key in [key for key, (_, found) in cache.items() if found.id == user_id]:
        del cache[key]


def _session_of(token: str, key: str, now: datetime) -> int | None:
    try:
        # our own clock judges the expiry, so that a test can live through it
        claims = jwt.decode(token, key, algorithms=[ALGORITHM], options={"verify_exp": False, "verify_iat": False})
        return int(claims["sid"]) if int(claims["exp"]) > now.timestamp() else None
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
        return None


async def _cached(state: Any, key: str) -> Actor | None:
    cache = _cache(state)
    hit = cache.get(key)
    if hit and hit[0] > time.monotonic():
        return hit[1]
    found = await _load(state.db, key, state.clock())
    if found is None:
        cache.pop(key, None)
        return None
    cache[key] = (time.monotonic() + CACHE_SECONDS, found.actor)
    cache.move_to_end(key)
    while len(cache) > MAX_CACHED:
        cache.popitem(last=False)
    return found.actor


async def _load(db: Database, key: str, now: datetime) -> Found | None:
    kind, credential = key[0], key[1:]
    async with db.open_read(ANONYMOUS, now) as read:
        if kind == "s":
            found = await find_by_session(read, int(credential))
        elif kind == "c":
            found = await find_by_cookie(read, digest(credential))
        else:
            found = await find_by_token(read, digest(credential))
    if found and (found.used_at is None or now - found.used_at > NOTE_AFTER):
        await _note_use(db, found, now)
    return found


async def _note_use(db: Database, found: Found, now: datetime) -> None:
    async with db.write.connection() as conn:
        if found.token_id is not None:
            await conn.execute("update api_tokens set last_used_at = %s where id = %s", [now, found.token_id])
        else:
            await conn.execute(
                "update sessions set last_seen_at = %s, expires_at = %s where id = %s",
                [now, now + timedelta(seconds=SESSION_SECONDS), found.actor.session_id],
            )


def _cache(state: Any) -> "OrderedDict[str, tuple[float, Actor]]":
    if "actors" not in state:
        state["actors"] = OrderedDict()
    return state["actors"]
