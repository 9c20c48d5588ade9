"""`/api/webhooks`: endpoints, their calls, and calling again."""

from litestar import Router, delete, get, patch, post

from api.actor import Right
from api.db import Read
from api.deliveries.commands import replay_dead, replay_delivery
from api.deliveries.queries import DeliveryFilter, get_delivery, get_statistics, list_deliveries
from api.deliveries.rules import Status
from api.deliveries.wire import Delivery, DeliveryPage
from api.events.tx import Tx
from api.webhooks import commands
from api.webhooks.queries import get_webhook as read_webhook
from api.webhooks.queries import list_webhooks as read_webhooks
from api.webhooks.rules import SENDABLE
from api.webhooks.wire import (
    CreatedWebhook,
    NewWebhook,
    Replayed,
    Webhook,
    WebhookDetail,
    WebhookList,
    WebhookPatch,
)

STATISTICS_DAYS = 7


@get("/", right=Right.ADMIN, operation_id="list_webhooks", summary="List the webhooks")
async def list_webhooks(read: Read) -> WebhookList:
    """All endpoints, and the events one can ask for."""
    return WebhookList(await read_webhooks(read), sorted(SENDABLE))


@post("/", right=Right.ADMIN, operation_id="create_webhook", summary="Make a webhook")
async def create_webhook(tx: Tx, data: NewWebhook) -> CreatedWebhook:
    """Make an endpoint. Its secret is in this answer and in no other."""
    return await commands.create_webhook(tx, data)


@get("/{webhook_id:int}", right=Right.ADMIN, operation_id="get_webhook", summary="Read a webhook")
async def get_webhook(read: Read, webhook_id: int) -> WebhookDetail:
    """An endpoint, and how calling it went in the last seven days."""
    webhook = await read_webhook(read, webhook_id)
    return WebhookDetail(webhook, await get_statistics(read, days=STATISTICS_DAYS, webhook_id=webhook_id))


@patch("/{webhook_id:int}", right=Right.ADMIN, operation_id="update_webhook", summary="Change a webhook")
async def update_webhook(tx: Tx, webhook_id: int, data: WebhookPatch) -> Webhook:
    """Change what is named; a new secret signs from the next call on."""
    return await commands.update_webhook(tx, webhook_id, data)


@delete("/{webhook_id:int}", right=Right.ADMIN, operation_id="delete_webhook", summary="Remove a webhook")
async def delete_webhook(tx: Tx, webhook_id: int) -> None:
    """Remove an endpoint with the record of its calls."""
    await commands.delete_webhook(tx, webhook_id)


@patch(
    "/{webhook_id:int}/toggle", right=Right.ADMIN, operation_id="toggle_webhook", summary="Switch a webhook on or off"
)
async def toggle_webhook(tx: Tx, webhook_id: int) -> Webhook:
    """On when it is off, off when it is on."""
    return await commands.toggle_webhook(tx, webhook_id)


@post("/{webhook_id:int}/test", right=Right.ADMIN, status_code=204, operation_id="test_webhook", summary="Send a test")
async def test_webhook(tx: Tx, webhook_id: int) -> None:
    """Call the endpoint with `webhook.test`; what came of it is among its deliveries."""
    await commands.test_webhook(tx, webhook_id)


@get("/{webhook_id:int}/deliveries", right=Right.ADMIN, operation_id="list_webhook_deliveries", summary="Its calls")
async def list_webhook_deliveries(
    read: Read, webhook_id: int, status: Status | None = None, page: int = 1, limit: int = 50
) -> DeliveryPage:
    """Calls of the endpoint, newest first."""
    await read_webhook(read, webhook_id)
    return await list_deliveries(read, DeliveryFilter(webhook_id=webhook_id, status=status), page=page, limit=limit)


@post(
    "/{webhook_id:int}/deliveries/{delivery_id:int}/replay",
    right=Right.ADMIN,
    operation_id="replay_webhook_delivery",
    summary="Call again",
)
async def replay_webhook_delivery(tx: Tx, webhook_id: int, delivery_id: int) -> Delivery:
    """Make a call again, under the same id."""
    await replay_delivery(tx, delivery_id, webhook_id=webhook_id)
    return await get_delivery(tx, delivery_id)


@post(
    "/{webhook_id:int}/replay-failed",
    right=Right.ADMIN,
    operation_id="replay_failed_webhook_deliveries",
    summary="Call again where all tries failed",
)
async def replay_failed_webhook_deliveries(tx: Tx, webhook_id: int) -> Replayed:
    """Make the endpoint's dead calls again, the oldest 1,000."""
    await read_webhook(tx, webhook_id)
    return Replayed(await replay_dead(tx, webhook_id))


router = Router(
    "/api/webhooks",
    tags=["Webhooks"],
    route_handlers=[
        list_webhooks,
        create_webhook,
        get_webhook,
        update_webhook,
        delete_webhook,
        toggle_webhook,
        test_webhook,
        list_webhook_deliveries,
        replay_webhook_delivery,
        replay_failed_webhook_deliveries,
    ],
)
