"""`/admin`: all screens of the administration."""

from litestar import Router

from api.web.pages.admin import (
    audit,
    calendars,
    categories,
    custom_fields,
    deliveries,
    home,
    mailbox,
    organisations,
    people,
    policies,
    responses,
    root_causes,
    settings,
    skills,
    start,
    teams,
    templates,
    tokens,
    webhooks,
    workflows,
)

router = Router(
    "/admin",
    route_handlers=[
        home.router,
        start.router,
        people.router,
        teams.router,
        skills.router,
        organisations.router,
        categories.router,
        custom_fields.router,
        root_causes.router,
        responses.router,
        policies.router,
        calendars.router,
        workflows.router,
        webhooks.router,
        templates.router,
        mailbox.router,
        deliveries.router,
        settings.router,
        tokens.router,
        audit.router,
    ],
)
