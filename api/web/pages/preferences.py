"""What a person sets for themselves: language, time zone, colours, and whether they take tickets."""

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.queries import get_me
from api.db import Read
from api.errors import Problem
from api.people.commands.oneself import update_preferences
from api.people.rules import known_zones
from api.people.wire import Preferences
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.language import language_names
from api.web.render import show, speak

_FIELDS = ("language", "time_zone", "theme", "availability")


@get("/", right=Right.ME, include_in_schema=False)
async def preferences(request: WebRequest) -> Page:
    """As they are."""
    async with reading(request) as read:
        me = await get_me(read, _id(request))
        return await _page(request, read, new_form(**{name: getattr(me, name) for name in _FIELDS}))


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


async def _page(request: WebRequest, read: Read, form: Form, *, status: int = 200) -> Page:
    return await show(
        request, read, "preferences.html", status=status,
        form=form, languages=language_names(), zones=[(zone, zone.replace("_", " ")) for zone in sorted(known_zones())],
    )  # fmt: skip


def _id(request: WebRequest) -> int:
    """Whoever has `Right.ME` is somebody."""
    return actor_of(request).id or 0


router = Router("/preferences", route_handlers=[preferences, save_preferences])
