"""The administration's start page: where one can go."""

from litestar import Router, get

from api.actor import Right
from api.web.http import Page, WebRequest, reading
from api.web.render import show


@get("/", right=Right.ADMIN, include_in_schema=False)
async def home(request: WebRequest) -> Page:
    """Where an administrator can go."""
    async with reading(request) as read:
        return await show(request, read, "admin/home.html")


router = Router("/", route_handlers=[home])
