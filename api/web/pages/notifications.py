"""What a person was told, by ticket, and the bell."""

from collections.abc import Iterable

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.notifications.commands.choices import mute_ticket
from api.notifications.commands.notices import mark_all_read, mark_read
from api.notifications.queries.notices import count_unread, list_notifications
from api.notifications.wire import Notification
from api.tickets.queries.detail import find_ticket_id
from api.web.forms import read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.render import is_partial, show, speak

PER_PAGE = 30


class Told(msgspec.Struct, frozen=True):
    """What was told of one ticket (or of none), the newest first."""

    first: Notification
    notices: list[Notification]

    @property
    def is_unread(self) -> bool:
        return any(notice.read_at is None for notice in self.notices)


@get("/", right=Right.ME, include_in_schema=False)
async def notifications(request: WebRequest, page: int = 1) -> Page:
    """The reader's notifications by ticket, those with something unread first."""
    async with reading(request) as read:
        found = await list_notifications(read, page=page, limit=PER_PAGE)
        return await show(
            request, read, "notifications.html", parts={"drawer": ("notices",)},
            told=by_ticket(found.notifications), unread_count=await count_unread(read), in_drawer=is_partial(request),
            home="/tickets" if actor_of(request).is_staff else "/complaints",
            next=f"/notifications?page={page + 1}" if page < found.pagination.total_pages else "",
        )  # fmt: skip


def by_ticket(notices: Iterable[Notification]) -> list[Told]:
    """Notices of one ticket together; unread ones before read ones, else in the order given."""
    groups: dict[int | str, list[Notification]] = {}
    for notice in notices:
        groups.setdefault(notice.ticket_id or f"none {notice.id}", []).append(notice)
    told = [Told(group[0], group) for group in groups.values()]
    return sorted(told, key=lambda each: not each.is_unread)


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


@post("/mute", right=Right.ME, include_in_schema=False, status_code=200)
async def mute(request: WebRequest) -> Page:
    """Hear no more of a ticket."""
    form = await read_form(request, speak(request))
    async with writing(request) as tx:
        await mute_ticket(tx, await find_ticket_id(tx, form["ticket"]), is_muted=True)
    return see("/notifications", "muted")


router = Router("/notifications", route_handlers=[notifications, read_all, read_one, mute])
