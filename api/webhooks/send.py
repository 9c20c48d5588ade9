"""Call an endpoint, and give up one that has failed for too long."""

import msgspec

from api.deliveries.commands import Claimed
from api.deliveries.rules import Attempt, Settlement, retry_after_seconds
from api.events.openings import Openings
from api.events.tx import Tx
from api.outgoing import OutgoingError, post
from api.settings import Settings
from api.webhooks.commands import disable_webhook
from api.webhooks.queries import find_endpoint
from api.webhooks.rules import is_given_up, signed_headers

GONE = 410


async def send(openings: Openings, settings: Settings, delivery: Claimed) -> Attempt:
    """One signed call. Success is a 2xx; 410 asks us never to come back. (Source: Standard Webhooks specification)"""
    async with openings.read() as read:
        endpoint = await find_endpoint(read, delivery.webhook_id or 0)
        at = read.now
    if endpoint is None or not endpoint.is_active:
        return Attempt(outcome="suppressed", reason="inactive")
    body = msgspec.json.encode(delivery.payload)
    headers = endpoint.headers | {"content-type": "application/json"}
    headers |= signed_headers(endpoint.secret, f"msg_{delivery.message_id}", at, body)
    try:
        answer = await post(endpoint.url, body, headers, endpoint.allowed_hosts)
    except OutgoingError as error:
        reason = "refused" if error.is_refused else None
        return Attempt(outcome="failed", response=str(error), reason=reason, is_final=error.is_refused)
    is_success = 200 <= answer.status_code < 300
    return Attempt(
        outcome="sent" if is_success else "failed",
        status_code=answer.status_code,
        response=answer.body.decode(errors="replace"),
        reason="gone" if answer.status_code == GONE else None,
        is_final=answer.status_code == GONE,
        retry_after_seconds=0 if is_success else retry_after_seconds(answer.headers.get("retry-after")),
    )


async def settle(tx: Tx, delivery: Claimed, attempt: Attempt, settlement: Settlement) -> None:
    """Remember since when the endpoint fails; switch it off when that is too long, or when it asked for it."""
    params = {"id": delivery.webhook_id, "now": tx.now}
    if attempt.outcome == "sent":
        await tx.run("update webhooks set failing_since = null where id = %(id)s and failing_since is not null", params)
    if attempt.outcome != "failed":
        return
    since = await tx.value(
        "update webhooks set failing_since = coalesce(failing_since, %(now)s) where id = %(id)s returning failing_since",
        params,
    )
    if settlement.reason == "gone":
        await disable_webhook(tx, delivery.webhook_id or 0, "gone")
    elif is_given_up(since, tx.now):
        await disable_webhook(tx, delivery.webhook_id or 0, "failing")
