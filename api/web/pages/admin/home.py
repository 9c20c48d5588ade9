"""The administration's start page: where one can go; in the sample a tour, in an empty installation the first steps."""

from litestar import Router, get, post

from api.actor import Right
from api.installation.commands import update_settings
from api.installation.queries import get_settings
from api.installation.rules import InstallationPatch, InstallationSettings
from api.tickets.queries.first import has_tickets
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.render import show


@get("/", right=Right.ADMIN, include_in_schema=False)
async def home(request: WebRequest) -> Page:
    """Where an administrator can go."""
    async with reading(request) as read:
        return await show(
            request, read, "admin/home.html",
            is_empty=not await has_tickets(read), has_tour=is_touring(await get_settings(read)),
        )  # fmt: skip


@post("/tour/end", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def end_tour(request: WebRequest) -> Page:
    """Show the tour no more, to anybody."""
    async with writing(request) as tx:
        await update_settings(tx, InstallationPatch(is_tour_over=True))
    return see("/admin")


def is_touring(settings: InstallationSettings) -> bool:
    """Whether administrators are shown round the sample."""
    return settings.sample_data and not settings.is_tour_over


router = Router("/", route_handlers=[home, end_tour])
