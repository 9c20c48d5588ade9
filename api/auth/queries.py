"""Who is behind a session or a token, and what they hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from api.actor import Actor, Right
from api.auth.devices import device_name
from api.auth.wire import ApiToken, Me, SecondFactor, Session
from api.db import Read
from api.errors import NotFound
from api.organisations.queries import SHARING

MAX_TOKENS = 100
MAX_SESSIONS = 100

_ACTOR = """
select u.id, u.name, u.role, u.language, u.time_zone, u.theme, u.density, {columns},
       coalesce((select array_agg(m.team_id order by m.team_id) from team_members m where m.user_id = u.id), '{{}}') as team_ids,
       coalesce((select array_agg(m.team_id order by m.team_id) from team_members m
                 where m.user_id = u.id and m.role = 'lead'), '{{}}') as led_team_ids,
       coalesce((select value = 'true' from installation_settings where name = 'restrict_to_team'), false) as restrict_to_team,
       u.role <> 'customer' and not exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null)
           and coalesce((select value = 'true' from installation_settings where name = 'require_second_factor'), false) as must_enrol,
       {sharing} as organisation_id
from {table} s join users u on u.id = s.user_id and u.is_active
where {condition}
"""
_SESSION = "s.id as session_id, null::text[] as scopes, s.last_seen_at as used_at"
_TOKEN = "null::bigint as session_id, s.scopes, s.last_used_at as used_at, s.id as token_id"


class Found(msgspec.Struct, frozen=True):
    """An actor, and when their session or token was last noted as used."""

    actor: Actor
    used_at: datetime | None
    token_id: int | None = None


async def find_by_session(read: Read, session_id: int) -> Found | None:
    """Who is behind a session that is neither revoked nor expired, and active."""
    condition = "s.id = %(id)s and s.revoked_at is null and s.expires_at > %(now)s"
    return await _find(read, "sessions", _SESSION, condition, {"id": session_id})


async def find_by_cookie(read: Read, cookie_sha256: bytes) -> Found | None:
    """The same, by a browser's cookie."""
    condition = "s.cookie_sha256 = %(hash)s and s.revoked_at is null and s.expires_at > %(now)s"
    return await _find(read, "sessions", _SESSION, condition, {"hash": cookie_sha256})


async def find_by_token(read: Read, token_sha256: bytes) -> Found | None:
    """The same, by an API token."""
    condition = "s.token_sha256 = %(hash)s and not s.is_revoked and (s.expires_at is null or s.expires_at > %(now)s)"
    return await _find(read, "api_tokens", _TOKEN, condition, {"hash": token_sha256})


async def list_by_sessions(read: Read, session_ids: Sequence[int]) -> dict[int, Actor]:
    """Of these sessions, those still valid, with who is behind each now. No more than are asked for."""
    condition = "s.id = any(%(ids)s) and s.revoked_at is null and s.expires_at > %(now)s"
    rows = await _rows(read, "sessions", _SESSION, condition, {"ids": list(session_ids)})
    return {row["session_id"]: _found(row).actor for row in rows}


async def list_by_tokens(read: Read, token_sha256s: Sequence[bytes]) -> dict[bytes, Actor]:
    """Of these API tokens, those still valid, with who is behind each now. No more than are asked for."""
    condition = (
        "s.token_sha256 = any(%(hashes)s) and not s.is_revoked and (s.expires_at is null or s.expires_at > %(now)s)"
    )
    columns = f"{_TOKEN}, s.token_sha256"
    rows = await _rows(read, "api_tokens", columns, condition, {"hashes": list(token_sha256s)})
    return {bytes(row.pop("token_sha256")): _found(row).actor for row in rows}


async def _find(read: Read, table: str, columns: str, condition: str, params: dict[str, Any]) -> Found | None:
    rows = await _rows(read, table, columns, condition, params)
    return _found(rows[0]) if rows else None


async def _rows(read: Read, table: str, columns: str, condition: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    query = _ACTOR.format(sharing=SHARING, table=table, columns=columns, condition=condition)
    return await read.dicts(query, params | {"now": read.now})


def _found(row: dict[str, Any]) -> Found:
    token_id, scopes = row.get("token_id"), row["scopes"]
    known = None if scopes is None else [scope for scope in scopes if scope in set(Right)]
    fields = row | {"kind": "token" if token_id else "user", "scopes": known}
    return Found(msgspec.convert(fields, Actor), row["used_at"], token_id)


async def get_me(read: Read, user_id: int) -> Me:
    """A person as they see themselves. Raises NotFound."""
    rows = await read.dicts(
        """
        select u.id, u.email, u.name, u.role, u.availability, u.capacity, u.language, u.time_zone, u.theme, u.density,
               coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'is_lead', m.role = 'lead')
                                          order by t.name)
                         from team_members m join teams t on t.id = m.team_id where m.user_id = u.id), '[]') as teams
        from users u where u.id = %(id)s
        """,
        {"id": user_id},
    )
    if not rows:
        raise NotFound("user.not_found", "There is no such person.")
    return msgspec.convert(rows[0], Me)


async def list_sessions(read: Read) -> list[Session]:
    """The reader's sessions that are alive, the present one first, then the last used; at most MAX_SESSIONS."""
    rows = await read.dicts(
        f"""
        select id, ip, user_agent, created_at, last_seen_at, expires_at, id is not distinct from %(session_id)s as is_current
        from sessions where user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s
        order by is_current desc, last_seen_at desc, id desc limit {MAX_SESSIONS}
        """,
        {"user_id": read.actor.id, "session_id": read.actor.session_id, "now": read.now},
    )
    return [msgspec.convert(row | {"device": device_name(row.pop("user_agent"))}, Session) for row in rows]


async def get_second_factor(read: Read) -> SecondFactor:
    """The reader's second factor. One that was never confirmed is none."""
    rows = await read.dicts(
        """
        select u.role <> 'customer' and
               coalesce((select value = 'true' from installation_settings where name = 'require_second_factor'), false) as is_required,
               f.confirmed_at is not null as is_on, f.confirmed_at,
               (select count(*) from recovery_codes c where c.user_id = u.id and c.used_at is null) as recovery_codes_left
        from users u left join second_factors f on f.user_id = u.id where u.id = %(id)s
        """,
        {"id": read.actor.id},
    )
    return msgspec.convert(rows[0], SecondFactor)


async def has_second_factor(read: Read, user_id: int) -> bool:
    """Whether somebody signs in in two steps."""
    query = "select exists (select from second_factors where user_id = %(id)s and confirmed_at is not null)"
    return bool(await read.value(query, {"id": user_id}))


async def list_api_tokens(read: Read) -> list[ApiToken]:
    """The reader's tokens that are not revoked, newest first, at most MAX_TOKENS."""
    return await read.all(
        f"""
        select id, name, scopes, created_at, expires_at, last_used_at
        from api_tokens where user_id = %(user_id)s and not is_revoked order by id desc limit {MAX_TOKENS}
        """,
        {"user_id": read.actor.id},
        ApiToken,
    )
