"""Every refusal as an RFC 9457 problem document: ours, the framework's, the database's."""

import math
from typing import Any

import msgspec
import psycopg
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from psycopg_pool import PoolClosed, PoolTimeout

from api import log
from api.errors import Malformed, Problem, TooMany, Unavailable

MEDIA_TYPE = "application/problem+json"
_logger = log.get("http")


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal (RFC 9457). `code` is stable; other members say more, as `field`, `allowed` or `current`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str


STATUSES = {
    400: "Malformed",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not there, or not yours to see",
    409: "Not in this state",
    413: "Too large",
    415: "No such kind of content",
    422: "A value is not acceptable",
    428: "Name the version you saw",
    429: "Too many requests",
    500: "Our mistake",
    503: "Not available now",
    507: "It could not be stored",
}


def describe(app: Litestar) -> None:
    """Say in the OpenAPI of every operation how it may refuse."""
    refusals = {
        status: ResponseSpec(ProblemDocument, generate_examples=False, description=meaning, media_type=MEDIA_TYPE)
        for status, meaning in STATUSES.items()
    }
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if isinstance(handler, HTTPRouteHandler):
                handler.responses = {**refusals, **(handler.responses or {})}


def problem_of(error: Exception) -> Problem | None:
    """The problem an exception means, or None when it is a bug of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, PoolTimeout):
        return TooMany("busy", "The service is busy; try again in a moment.", retry_after=1)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return Unavailable("too_slow", "That took too long and was stopped. Narrow the question and try again.")
    if isinstance(error, psycopg.DataError):
        return Malformed("value", "A value is out of range or holds a character that cannot be stored.")
    if isinstance(error, (PoolClosed, psycopg.OperationalError, psycopg.InterfaceError)):
        return Unavailable(
            "database_away", "The database is away; nothing was changed. Try again in a moment.", retry_after=2
        )
    return None


def document(request: Request[Any, Any, Any], error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """(status, problem document, headers) for an exception; a bug is logged and answered as 500 without its words."""
    headers: dict[str, str] = {}
    body: dict[str, Any] = {"instance": request.url.path, "request_id": request.scope["state"].get("request_id", "")}
    if problem := problem_of(error):
        status = problem.status
        body |= {"type": f"urn:redress:problem:{problem.code}", "title": problem.title, "detail": problem.detail}
        body |= {"code": problem.code, **problem.extra}
        if seconds := problem.extra.get("retry_after"):
            headers["Retry-After"] = str(math.ceil(seconds))
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, HTTPException):
        status = error.status_code
        code = "validation" if isinstance(error, ValidationException) else f"http_{status}"
        body |= {"type": f"urn:redress:problem:{code}", "title": error.__class__.__name__.removesuffix("Exception")}
        body |= {"detail": error.detail, "code": code}
        if error.extra and status < 500:
            body["errors"] = error.extra
        headers |= {k: v for k, v in (error.headers or {}).items() if k.lower() != "content-type"}
    else:
        status = 500
        _logger.error("bug", path=request.url.path, exc_info=error)
        body |= {"type": "urn:redress:problem:bug", "title": "Our mistake", "code": "bug"}
        body |= {"detail": "Something went wrong on our side. Nothing was changed; the request id helps us find it."}
    return status, body | {"status": status}, headers


def render(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """The answer to a client of the API."""
    status, body, headers = document(request, error)
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)
