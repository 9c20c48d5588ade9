"""`/admin`: all screens of the administration."""

from litestar import Router

from api.web.pages.admin import (
    audit,
    categories,
    custom_fields,
    deliveries,
    home,
    mailbox,
    organisations,
    people,
    responses,
    root_causes,
    settings,
    skills,
    teams,
    templates,
    tokens,
    webhooks,
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
        webhooks.router,
        templates.router,
        mailbox.router,
        deliveries.router,
        settings.router,
        tokens.router,
        audit.router,
    ],
)
