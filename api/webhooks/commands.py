"""Make, change, switch and remove webhooks. URLs, headers and secrets never enter the log."""

import secrets
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from api.deliveries.commands import NewDelivery, enqueue
from api.errors import Conflict, Invalid
from api.events.catalogue import WebhookCreated, WebhookDeleted, WebhookDisabled, WebhookUpdated
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.outgoing import url_problem
from api.webhooks.queries import LIMIT, get_webhook
from api.webhooks.rules import (
    SECRET_BYTES,
    TEST,
    header_problem,
    secret_problem,
    secret_text,
    unknown_events,
)
from api.webhooks.wire import CreatedWebhook, NewWebhook, Webhook, WebhookPatch

_LOGGED = ("events", "is_active")


async def create_webhook(tx: Tx, data: NewWebhook) -> CreatedWebhook:
    """Make an endpoint; its secret is in the answer and nowhere else. Raises Invalid naming the field, Conflict when
    there are too many."""
    fields: dict[str, Any] = {name: getattr(data, name) for name in data.__struct_fields__}
    await _check(tx, {name: value for name, value in fields.items() if value is not None})
    secret = data.secret or secret_text(secrets.token_bytes(SECRET_BYTES))
    webhook_id = await tx.value(
        """
        insert into webhooks (name, url, events, secret, headers, is_active, created_by, created_at, updated_at)
        select %(name)s, %(url)s, %(events)s, %(secret)s, %(headers)s, %(is_active)s, %(actor_id)s, %(now)s, %(now)s
        where (select count(*) from webhooks) < %(limit)s
        returning id
        """,
        _stored(fields) | {"secret": secret, "actor_id": tx.actor.id, "now": tx.now, "limit": LIMIT},
    )
    if webhook_id is None:
        raise Conflict("webhook.too_many", f"There can be {LIMIT} webhooks.")
    await tx.append(WebhookCreated(entity_id=webhook_id, new={name: fields[name] for name in _LOGGED}))
    webhook = await get_webhook(tx, webhook_id)
    return CreatedWebhook(**{name: getattr(webhook, name) for name in webhook.__struct_fields__}, secret=secret)


async def update_webhook(tx: Tx, webhook_id: int, patch: WebhookPatch) -> Webhook:
    """Change what is named. Switching it on forgets its failures. Raises NotFound, Invalid naming the field."""
    before = await _lock(tx, webhook_id)
    given: dict[str, Any] = {
        name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not UNSET
    }
    if not given:
        return before
    await _check(tx, given)
    assignments = [f"{name} = %({name})s" for name in given] + ["updated_at = %(now)s"]
    if given.get("is_active"):
        assignments.append("failing_since = null, disabled_at = null, disabled_reason = null")
    await tx.run(
        f"update webhooks set {', '.join(assignments)} where id = %(id)s",
        _stored(given) | {"id": webhook_id, "now": tx.now},
    )
    logged = {name: given[name] for name in _LOGGED if name in given}
    changed = {"changed": sorted(given)} if len(logged) < len(given) else {}
    await tx.append(
        WebhookUpdated(entity_id=webhook_id, old={name: getattr(before, name) for name in logged}, new=logged | changed)
    )
    return await get_webhook(tx, webhook_id)


async def toggle_webhook(tx: Tx, webhook_id: int) -> Webhook:
    """On when it is off, off when it is on. Raises NotFound."""
    before = await get_webhook(tx, webhook_id)
    return await update_webhook(tx, webhook_id, WebhookPatch(is_active=not before.is_active))


async def delete_webhook(tx: Tx, webhook_id: int) -> None:
    """Remove an endpoint with its calls. Raises NotFound."""
    await _lock(tx, webhook_id)
    await tx.run("delete from webhooks where id = %(id)s", {"id": webhook_id})
    await tx.append(WebhookDeleted(entity_id=webhook_id))


async def disable_webhook(tx: Tx, webhook_id: int, reason: Literal["failing", "gone"]) -> None:
    """Switch an endpoint off for what it did; once, however many calls find out."""
    disabled = await tx.run(
        """
        update webhooks set is_active = false, disabled_at = %(now)s, disabled_reason = %(reason)s, updated_at = %(now)s
        where id = %(id)s and is_active
        """,
        {"id": webhook_id, "reason": reason, "now": tx.now},
    )
    if disabled:
        await tx.append(
            WebhookDisabled(entity_id=webhook_id, old={"is_active": True}, new={"is_active": False, "reason": reason})
        )


async def test_webhook(tx: Tx, webhook_id: int) -> None:
    """Call an active endpoint with a test event. Raises NotFound, Conflict when it is off."""
    webhook = await get_webhook(tx, webhook_id)
    if not webhook.is_active:
        raise Conflict("webhook.inactive", "It is switched off.")
    payload = {"type": TEST, "timestamp": tx.now.isoformat(), "data": {"webhook_id": webhook_id}}
    await enqueue(tx, [NewDelivery(channel="webhook", kind=TEST, webhook_id=webhook_id, payload=payload)])


async def _lock(tx: Tx, webhook_id: int) -> Webhook:
    await tx.run("select from webhooks where id = %(id)s for update", {"id": webhook_id})
    return await get_webhook(tx, webhook_id)


async def _check(tx: Tx, given: dict[str, Any]) -> None:
    problems: dict[str, str | None] = {}
    if "url" in given:
        problems["url"] = url_problem(given["url"], (await get_settings(tx)).allowed_webhook_hosts)
    if "headers" in given:
        problems["headers"] = header_problem(given["headers"])
    if "secret" in given:
        problems["secret"] = secret_problem(given["secret"])
    if "events" in given and (unknown := unknown_events(given["events"])):
        problems["events"] = f"There is no event {unknown[0]!r} to tell."
    for field, problem in problems.items():
        if problem:
            raise Invalid(f"webhook.{field}", problem, field=field)


def _stored(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | ({"headers": msgspec.json.encode(fields["headers"]).decode()} if "headers" in fields else {})
