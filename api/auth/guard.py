"""Every route asks for a right: who lacks it is refused before the handler runs; who forgot to ask cannot start."""

from typing import Any, cast

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler, WebsocketRouteHandler

from api.actor import Actor, Right, may
from api.auth.csrf import check_csrf, check_origin
from api.errors import Forbidden, Unauthenticated


async def require_right(connection: ASGIConnection[Any, Actor, Any, Any], handler: BaseRouteHandler) -> None:
    """Raise Unauthenticated or Forbidden unless the actor has the route's right and the request is our own page's."""
    right = handler.opt.get("right")
    if not isinstance(right, Right):
        return
    if not may(connection.user, right):
        if connection.user.role is None:
            raise Unauthenticated("auth.required", "Sign in first.")
        if connection.user.must_enrol and connection.user.scopes is None:
            raise Forbidden("auth.enrol", "Set up two-step sign-in first: this installation asks it of its staff.")
        raise Forbidden("auth.right", "Your role or your token does not include this.", right=str(right))
    if connection.scope["type"] == "http":
        request = cast("Request[Actor, Any, Any]", connection)
        await check_csrf(request, is_form_read_later=handler.opt.get("reads_files") is True)
    else:
        check_origin(connection)


def check_declared(app: Litestar) -> None:
    """Raise RuntimeError naming the routes that declare no Right. The framework's own (schema, OPTIONS) are public."""
    silent = [
        f"{methods} {route.path}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)])
        if (methods := _methods(handler))
        and not route.path.startswith("/schema")
        and not isinstance(handler.opt.get("right"), Right)
    ]
    if silent:
        raise RuntimeError(f"These routes declare no Right: {', '.join(silent)}")


def _methods(handler: Any) -> list[str]:
    if isinstance(handler, WebsocketRouteHandler):
        return ["WEBSOCKET"]
    return sorted(handler.http_methods - {"OPTIONS"}) if isinstance(handler, HTTPRouteHandler) else []
