"""A request sent twice under one key is one request: the second gets the first one's answer.

The key is a row written in the command's own transaction. A second request that comes meanwhile waits for the first one's
commit at that row; if the first fails, its row is gone with it and the second does the work.
"""

import hashlib
from typing import Annotated

import msgspec
from litestar.params import Parameter

from api.errors import Conflict
from api.events.tx import Tx

IdempotencyKey = Annotated[
    str | None,
    Parameter(
        header="Idempotency-Key",
        required=False,
        min_length=1,
        max_length=200,
        description="Sent again with the same body, it gets the first answer",
    ),
]


class _Kept(msgspec.Struct, frozen=True):
    body_sha256: bytes
    entity_id: int | None


async def claim(tx: Tx, operation: str, key: str, data: msgspec.Struct) -> int | None:
    """Take the key for this transaction (None), or the id of what it made before.

    Keys belong to an actor and an operation. Raises Conflict when the key came with another body.
    """
    params = {
        "actor_id": tx.actor.id or 0,
        "operation": operation,
        "key": key,
        "body_sha256": hashlib.sha256(msgspec.json.encode(data)).digest(),
        "now": tx.now,
    }
    taken = await tx.run(
        """
        insert into idempotency_keys (actor_id, operation, key, body_sha256, created_at)
        values (%(actor_id)s, %(operation)s, %(key)s, %(body_sha256)s, %(now)s) on conflict do nothing
        """,
        params,
    )
    if taken:
        return None
    kept = await tx.one(
        """
        select body_sha256, entity_id from idempotency_keys
        where actor_id = %(actor_id)s and operation = %(operation)s and key = %(key)s
        """,
        params,
        _Kept,
    )
    assert kept is not None
    if bytes(kept.body_sha256) != params["body_sha256"]:
        raise Conflict("idempotency.mismatch", "This Idempotency-Key was used before, with another body.")
    return kept.entity_id


async def remember(tx: Tx, operation: str, key: str, entity_id: int) -> None:
    """Keep what the claimed key made."""
    await tx.run(
        """
        update idempotency_keys set entity_id = %(entity_id)s
        where actor_id = %(actor_id)s and operation = %(operation)s and key = %(key)s
        """,
        {"actor_id": tx.actor.id or 0, "operation": operation, "key": key, "entity_id": entity_id},
    )
