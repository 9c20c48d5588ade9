"""`/admin`: all screens of the administration."""

from litestar import Router

from api.web.pages.admin import (
    audit,
    categories,
    custom_fields,
    home,
    organisations,
    people,
    responses,
    root_causes,
    skills,
    teams,
)

router = Router(
    "/admin",
    route_handlers=[
        home.router,
        people.router,
        teams.router,
        skills.router,
        organisations.router,
        categories.router,
        custom_fields.router,
        root_causes.router,
        responses.router,
        audit.router,
    ],
)
