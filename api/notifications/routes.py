"""`/api/notifications`: one's own."""

from litestar import Router, get, patch

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.notifications.commands import mark_all_read, mark_read
from api.notifications.queries import count_unread as count
from api.notifications.queries import list_notifications as read_notifications
from api.notifications.wire import NotificationPage, ReadCount, UnreadCount


@get("/", right=Right.ME, operation_id="list_notifications", summary="List one's notifications")
async def list_notifications(read: Read, is_unread: bool = False, page: int = 1, limit: int = 20) -> NotificationPage:
    """What the caller was told, newest first."""
    return await read_notifications(read, is_unread=is_unread, page=page, limit=limit)


@get("/unread/count", right=Right.ME, operation_id="count_unread", summary="Count the unread")
async def count_unread(read: Read) -> UnreadCount:
    """How many are unread, counted up to 100."""
    return UnreadCount(await count(read))


@patch(
    "/{notification_id:int}/read",
    right=Right.ME,
    status_code=204,
    operation_id="read_notification",
    summary="Mark read",
)
async def read_notification(tx: Tx, notification_id: int) -> None:
    """Mark one read; again changes nothing."""
    await mark_read(tx, notification_id)


@patch("/read-all", right=Right.ME, operation_id="read_all_notifications", summary="Mark all read")
async def read_all_notifications(tx: Tx) -> ReadCount:
    """Mark all of the caller's read."""
    return ReadCount(await mark_all_read(tx))


router = Router(
    "/api/notifications",
    tags=["Notifications"],
    route_handlers=[list_notifications, count_unread, read_notification, read_all_notifications],
)
