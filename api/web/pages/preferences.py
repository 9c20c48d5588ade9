"""What a person sets for themselves: language, time zone, colours, whether they take tickets, and what they are told."""

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.queries import get_me
from api.db import Read
from api.errors import Problem
from api.notifications.commands.choices import update_notification_preferences
from api.notifications.commands.push import unsubscribe_push
from api.notifications.commands.reports import update_report_choices
from api.people.commands.oneself import update_preferences
from api.people.rules import known_zones
from api.people.wire import Preferences
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.language import language_names
from api.web.pages.reporting import report_patch_of, reporting_of
from api.web.pages.telling import patch_of, telling_of
from api.web.render import language_of, show, speak

_FIELDS = ("language", "time_zone", "theme", "density", "availability")


@get("/", right=Right.ME, include_in_schema=False)
async def preferences(request: WebRequest) -> Page:
    """As they are."""
    async with reading(request) as read:
        return await _page(request, read)


@post("/", right=Right.ME, include_in_schema=False, status_code=200)
async def save_preferences(request: WebRequest) -> Page:
    """Write what differs; it holds from the next page on."""
    form = await read_form(request, speak(request))
    wanted = form.convert(Preferences, **{name: form[name] for name in _FIELDS if name in form.values})
    if wanted is not None:
        try:
            async with writing(request) as tx:
                await update_preferences(tx, _id(request), wanted)
            forget(request.app.state, _id(request))
            return see("/preferences", "saved")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await _page(request, read, form, status=422)


@post("/notifications", right=Right.ME, include_in_schema=False, status_code=200)
async def save_telling(request: WebRequest) -> Page:
    """Keep what the reader wants to be told, and when they want quiet."""
    form = await read_form(request, speak(request))
    patch = patch_of(actor_of(request), form)
    if patch is not None:
        try:
            async with writing(request) as tx:
                await update_notification_preferences(tx, patch)
            return see("/preferences", "saved")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await _page(request, read, telling=form, status=422)


@post("/reports", right=Right.ME, include_in_schema=False, status_code=200)
async def save_reports(request: WebRequest) -> Page:
    """Keep which pages of the dashboards come by e-mail."""
    form = await read_form(request, speak(request))
    async with writing(request) as tx:
        await update_report_choices(tx, report_patch_of(form))
    return see("/preferences", "saved")


@post("/browsers/{subscription_id:int}/remove", right=Right.ME, include_in_schema=False, status_code=200)
async def remove_browser(request: WebRequest, subscription_id: int) -> Page:
    """Tell the reader nothing more in that browser."""
    async with writing(request) as tx:
        await unsubscribe_push(tx, subscription_id)
    return see("/preferences", "removed")


async def _page(
    request: WebRequest, read: Read, form: Form | None = None, telling: Form | None = None, *, status: int = 200
) -> Page:
    """The page; each form as it was sent, or as things are."""
    me = await get_me(read, _id(request))
    told = await telling_of(read, language_of(request, read.actor), request.app.state.settings.push_key, telling)
    return await show(
        request, read, "preferences.html", status=status,
        form=form or new_form(**{name: getattr(me, name) for name in _FIELDS}),
        languages=language_names(), zones=[(zone, zone.replace("_", " ")) for zone in sorted(known_zones())],
        **told, **await reporting_of(read),
    )  # fmt: skip


def _id(request: WebRequest) -> int:
    """Whoever has `Right.ME` is somebody."""
    return actor_of(request).id or 0


router = Router(
    "/preferences", route_handlers=[preferences, save_preferences, save_telling, save_reports, remove_browser]
)
