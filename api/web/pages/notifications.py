"""What a person was told, and the bell."""

from litestar import Router, get, post

from api.actor import Right
from api.notifications.commands.notices import mark_all_read, mark_read
from api.notifications.queries.notices import list_notifications
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.render import show

PER_PAGE = 30


@get("/", right=Right.ME, include_in_schema=False)
async def notifications(request: WebRequest, page: int = 1) -> Page:
    """The reader's notifications, newest first."""
    async with reading(request) as read:
        found = await list_notifications(read, page=page, limit=PER_PAGE)
        return await show(
            request, read, "notifications.html",
            notifications=found.notifications,
            home="/tickets" if actor_of(request).is_staff else "/complaints",
            next=f"/notifications?page={page + 1}" if page < found.pagination.total_pages else "",
        )  # fmt: skip


@post("/read", right=Right.ME, include_in_schema=False, status_code=200)
async def read_all(request: WebRequest) -> Page:
    """Mark all as read."""
    async with writing(request) as tx:
        await mark_all_read(tx)
    return see("/notifications", "read")


@post("/{notification_id:int}/read", right=Right.ME, include_in_schema=False, status_code=200)
async def read_one(request: WebRequest, notification_id: int) -> Page:
    """Mark one as read."""
    async with writing(request) as tx:
        await mark_read(tx, notification_id)
    return see("/notifications")


router = Router("/notifications", route_handlers=[notifications, read_all, read_one])
