"""`/api/deliveries`: what went out, what did not, and why; `/api/outbox`: mail that stays here."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.deliveries.commands import replay_delivery as send_again
from api.deliveries.queries import DeliveryFilter, get_statistics
from api.deliveries.queries import get_delivery as read_delivery
from api.deliveries.queries import list_deliveries as read_deliveries
from api.deliveries.rules import Channel, Status
from api.deliveries.wire import Delivery, DeliveryPage, DeliveryStatistics
from api.events.tx import Tx

Id = Annotated[int, Parameter(ge=1, le=2**63 - 1)]
MaybeId = Annotated[int | None, Parameter(ge=1, le=2**63 - 1)]
Days = Annotated[int, Parameter(ge=1, le=365)]


@get("/", right=Right.ADMIN, operation_id="list_deliveries", summary="What goes out")
async def list_deliveries(
    read: Read,
    status: Status | None = None,
    channel: Channel | None = None,
    ticket_id: MaybeId = None,
    user_id: MaybeId = None,
    webhook_id: MaybeId = None,
    recipient: Annotated[str | None, Parameter(max_length=254)] = None,
    page: int = 1,
    limit: int = 50,
) -> DeliveryPage:
    """Messages, newest first, filtered by where they stand, how they go, whom and what they are about."""
    wanted = DeliveryFilter(
        status=status,
        channel=channel,
        ticket_id=ticket_id,
        user_id=user_id,
        webhook_id=webhook_id,
        recipient=recipient,
    )
    return await read_deliveries(read, wanted, page=page, limit=limit)


@get("/statistics", right=Right.ADMIN, operation_id="get_delivery_statistics", summary="How delivering goes")
async def get_delivery_statistics(read: Read, days: Days = 7) -> DeliveryStatistics:
    """Messages of the last days by channel and state, with the time that tries take."""
    return await get_statistics(read, days=days)


@get("/{delivery_id:int}", right=Right.ADMIN, operation_id="get_delivery", summary="One message and its tries")
async def get_delivery(read: Read, delivery_id: int) -> Delivery:
    """What was sent, and what was answered at each try."""
    return await read_delivery(read, delivery_id)


@post("/{delivery_id:int}/replay", right=Right.ADMIN, operation_id="replay_delivery", summary="Send it again")
async def replay_delivery(tx: Tx, delivery_id: int) -> Delivery:
    """Send a settled message again, under the same id."""
    await send_again(tx, delivery_id)
    return await read_delivery(tx, delivery_id)


@get("/", right=Right.ADMIN, operation_id="list_outbox", summary="Mail that stays here")
async def list_outbox(read: Read, page: int = 1, limit: int = 50) -> DeliveryPage:
    """E-mails of an installation that has no mail server, newest first; each is read as a delivery."""
    return await read_deliveries(read, DeliveryFilter(status="kept", channel="email"), page=page, limit=limit)


router = Router(
    "/api",
    tags=["Deliveries"],
    route_handlers=[
        Router(
            "/deliveries",
            route_handlers=[list_deliveries, get_delivery_statistics, get_delivery, replay_delivery],
        ),
        Router("/outbox", route_handlers=[list_outbox]),
    ],
)
