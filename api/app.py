"""The composition root: routers, middleware, dependencies, errors, OpenAPI and lifespan, in one readable list."""

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from redis.asyncio import Redis

import api.analytics.routes
import api.attachments.routes
import api.auth.routes.second_factor
import api.auth.routes.sessions
import api.auth.routes.sign_in
import api.canned.routes
import api.conversation.routes
import api.custom_fields.routes
import api.deliveries.routes
import api.events.routes
import api.exports.routes
import api.health
import api.inbound.routes
import api.installation.routes
import api.live.routes
import api.metrics.process
import api.metrics.routes
import api.notifications.routes
import api.organisations.routes
import api.people.routes
import api.privacy.routes
import api.routing.routes
import api.search.routes
import api.sla.routes
import api.tickets.routes.bulk
import api.tickets.routes.macros
import api.tickets.routes.outcomes
import api.tickets.routes.relations
import api.tickets.routes.tickets
import api.time_entries.routes
import api.webhooks.routes
import api.workflows.routes
from api import log, problems
from api.actor import Actor
from api.attachments.storage import Storage, open_storage
from api.auth.authenticate import Authenticate
from api.auth.guard import check_declared, require_right
from api.clock import Clock, now
from api.db import Database, Read
from api.errors import Malformed
from api.events.openings import Openings
from api.events.tx import Tx
from api.live.process import open_live
from api.reactions import open_tx, openings_of
from api.settings import Settings, load
from api.strict import StrictRequest
from api.tickets.queries.detail import find_ticket_id
from api.tickets.routes.tickets import Reference
from api.web import app_parts
from api.worker import sending

MAX_BODY_BYTES = 1_000_000
READS = ("GET", "HEAD", "OPTIONS")
SLOW_SECONDS = 1.0

ROUTERS = [
    api.health.router,
    api.metrics.routes.router,
    api.auth.routes.sign_in.router,
    api.auth.routes.sessions.router,
    api.auth.routes.second_factor.router,
    api.people.routes.router,
    api.organisations.routes.router,
    api.installation.routes.router,
    api.tickets.routes.tickets.router,
    api.tickets.routes.bulk.router,
    api.tickets.routes.relations.router,
    api.tickets.routes.macros.router,
    api.tickets.routes.outcomes.router,
    api.custom_fields.routes.router,
    api.conversation.routes.router,
    api.attachments.routes.router,
    api.canned.routes.router,
    api.time_entries.routes.router,
    api.sla.routes.router,
    api.routing.routes.router,
    api.search.routes.router,
    api.notifications.routes.router,
    api.deliveries.routes.router,
    api.inbound.routes.router,
    api.privacy.routes.router,
    api.webhooks.routes.router,
    api.workflows.routes.router,
    api.analytics.routes.router,
    api.exports.routes.router,
    api.events.routes.router,
    api.live.routes.router,
]

_log = log.get("http")


def create_app(settings: Settings | None = None, clock: Clock = now) -> Litestar:
    """The product as one ASGI application. `clock` is what everything in it takes for the present."""
    settings = settings or load()
    log.configure(as_json=settings.log_json)
    app = Litestar(
        route_handlers=[*ROUTERS, *app_parts.ROUTERS],
        middleware=[Authenticate],
        request_class=StrictRequest,
        guards=[require_right],
        dependencies={
            "actor": Provide(provide_actor),
            "read": Provide(provide_read),
            "tx": Provide(provide_tx),
            "referenced_ticket_id": Provide(provide_referenced_ticket_id),
            "visible_ticket_id": Provide(provide_visible_ticket_id),
            "openings": Provide(provide_openings),
            "storage": Provide(provide_storage),
        },
        before_request=refuse_bare_numbers_as_instants,
        exception_handlers={Exception: handle},
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=OpenAPIConfig(
            title="Redress",
            version="1",
            description="Complaint ticketing with SLA tracking. Errors are RFC 9457 problem documents.",
            path="/schema",
            render_plugins=app_parts.REFERENCE_PLUGINS,
        ),
        state=state_of(settings, clock),
        lifespan=[lifespan],
    )
    check_declared(app)
    problems.describe(app)
    # outside the router, so that an answer to a path that is not there has them too
    for middleware in reversed([with_request_id, *app_parts.MIDDLEWARE]):
        app.asgi_handler = middleware(app.asgi_handler)
    return app


def state_of(settings: Settings, clock: Clock) -> State:
    """What handlers stand on: everything of the app that depends on the installation."""
    return State(
        {
            "settings": settings,
            "clock": clock,
            "db": Database(settings.database_url, settings.pool_size),
            "storage": open_storage(settings),
            "redis": Redis.from_url(settings.redis_url, socket_timeout=1, socket_connect_timeout=1),
        }
    )


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None]:
    """Open the database and run what runs beside the requests, until the app stops."""
    state = app.state
    await state.db.open()
    try:
        async with (
            sending(state.db, state.settings, state.clock),
            open_live(state.db, state.settings, state.clock) as live,
            api.metrics.process.counted(state.db, lambda: len(live.hub.listeners)),
        ):
            state.live = live
            yield
    finally:
        await state.db.close()
        await state.redis.aclose()


async def provide_actor(request: Request[Actor, Any, Any]) -> Actor:
    """Whoever `Authenticate` found behind the request."""
    return request.user


async def provide_read(request: Request[Actor, Any, Any], state: State) -> AsyncGenerator[Read, None]:
    """A handle that reads, for the length of the handler."""
    async with state.db.open_read(request.user, state.clock()) as read:
        yield read


async def provide_tx(request: Request[Actor, Any, Any], state: State) -> AsyncGenerator[Tx, None]:
    """The request's transaction: committed when the handler has returned and before the answer is sent."""
    async with open_tx(state.db, request.user, state.clock()) as tx:
        yield tx


async def provide_referenced_ticket_id(read: Read, reference: Reference) -> int:
    """The ticket a path names by its id or its number. Raises NotFound when the caller may not see it."""
    return await find_ticket_id(read, reference)


async def provide_visible_ticket_id(request: Request[Actor, Any, Any], state: State, reference: Reference) -> int:
    """The same, for a handler that takes long: it lets go of the database at once."""
    async with state.db.open_read(request.user, state.clock()) as read:
        return await find_ticket_id(read, reference)


async def provide_openings(request: Request[Actor, Any, Any], state: State) -> Openings:
    """Handles that a handler which waits for the network opens when it needs them."""
    return openings_of(state.db, request.user, state.clock)


async def provide_storage(state: State) -> Storage:
    """Where the files of tickets lie."""
    return state.storage


def refuse_bare_numbers_as_instants(request: Request[Any, Any, Any]) -> None:
    """Raise Malformed for `created_from=0.5`: the framework would take a number for seconds since 1970."""
    for name, value in request.query_params.multi_items():
        if name.endswith(("_from", "_to", "since", "until")) and value.replace(".", "", 1).lstrip("+-").isdecimal():
            raise Malformed("value.instant", "An instant is a date and a time, as in RFC 3339.", parameter=name)


def handle(request: Request[Any, Any, Any], error: Exception) -> Any:
    """Pages show a problem as a page, the API as a document."""
    if request.url.path.startswith(("/api/", "/health/", "/metrics", "/schema")):
        return problems.render(request, error)
    return app_parts.render_problem(request, error)


def note(scope: HTTPScope, status: int, seconds: float) -> None:
    """Count the request; and one line for what was to be written, for what failed on our side, and for what was slow."""
    # the template, because paths of links hold tokens
    path = scope.get("path_template", "")
    api.metrics.process.count_request(scope["method"], path, status, seconds)
    if scope["method"] not in READS or status >= 500 or seconds >= SLOW_SECONDS:
        _log.info("request", method=scope["method"], path=path, status=status, ms=int(seconds * 1000))


def with_request_id(app: ASGIApp) -> ASGIApp:
    """Give each request an id that stands in its log lines, its errors and its answer's `X-Request-Id`."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = secrets.token_hex(8)
        scope["state"]["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begun, status = time.monotonic(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await app(scope, receive, send_with_id)
        finally:
            if scope["type"] == "http":
                note(scope, status, time.monotonic() - begun)

    return middleware
