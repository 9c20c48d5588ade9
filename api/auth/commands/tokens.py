"""API tokens: made, shown once, revoked."""

import secrets

from api.actor import Right, may
from api.auth.rules import TOKEN_PREFIX, digest
from api.auth.wire import CreatedApiToken, NewApiToken
from api.errors import Forbidden, Invalid, NotFound
from api.events.catalogue import ApiTokenCreated, ApiTokenRevoked
from api.events.tx import Tx


async def create_api_token(tx: Tx, data: NewApiToken) -> CreatedApiToken:
    """Make a token of the actor's. Raises Forbidden for a scope the actor has not or no token has, Invalid when it would
    be born expired."""
    if Right.SIGN_IN in data.scopes:
        raise Forbidden("api_token.scope", "No token may change how somebody signs in.", field="scopes")
    if missing := [scope for scope in data.scopes if not may(tx.actor, scope)]:
        raise Forbidden("api_token.scope", f"You do not have the right {missing[0]} yourself.", field="scopes")
    if data.expires_at is not None and (data.expires_at.tzinfo is None or data.expires_at <= tx.now):
        raise Invalid(
            "api_token.expires_at", "expires_at must lie in the future, with a time zone.", field="expires_at"
        )
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    scopes = sorted(set(data.scopes))
    token_id = await tx.value(
        """
        insert into api_tokens (user_id, name, token_sha256, scopes, created_at, expires_at)
        values (%(user_id)s, %(name)s, %(hash)s, %(scopes)s::text[], %(now)s, %(expires_at)s) returning id
        """,
        {
            "user_id": tx.actor.id,
            "name": data.name,
            "hash": digest(token),
            "scopes": [str(scope) for scope in scopes],
            "now": tx.now,
            "expires_at": data.expires_at,
        },
    )
    await tx.append(ApiTokenCreated(entity_id=token_id, new={"user_id": tx.actor.id, "scopes": scopes}))
    return CreatedApiToken(
        id=token_id, name=data.name, scopes=[str(scope) for scope in scopes], expires_at=data.expires_at, token=token
    )


async def revoke_api_token(tx: Tx, token_id: int) -> None:
    """Revoke one of the actor's tokens; again changes nothing. Raises NotFound when it is another's."""
    rows = await tx.dicts(
        "select is_revoked from api_tokens where id = %(id)s and user_id = %(user_id)s for update",
        {"id": token_id, "user_id": tx.actor.id},
    )
    if not rows:
        raise NotFound("api_token.not_found", "There is no such token.")
    if not rows[0]["is_revoked"]:
        await tx.run("update api_tokens set is_revoked = true where id = %(id)s", {"id": token_id})
        await tx.append(ApiTokenRevoked(entity_id=token_id))
