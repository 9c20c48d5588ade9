"""Unsafe requests of a browser must come from our own pages."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType

from api.actor import Actor
from api.auth.rules import csrf_of
from api.errors import Forbidden
from api.settings import Settings

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE = ("GET", "HEAD", "OPTIONS")


def csrf_token(settings: Settings, actor: Actor) -> str:
    """The token for forms of this actor's session; empty when nobody is signed in."""
    return csrf_of(settings.secret_key, actor.session_id) if actor.session_id is not None else ""


async def check_csrf(request: Request[Actor, Any, Any], *, is_form_read_later: bool = False) -> None:
    """Raise Forbidden when an unsafe request that a cookie signed in does not prove that it came from our page.

    `is_form_read_later`: of a form with files the handler does it, by `check_token`, before it keeps the first of them.
    """
    if request.method in SAFE:
        return
    origin = request.headers.get("origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("csrf.origin", "This request came from another site.")
    if request.auth != "cookie":
        return
    if is_form_read_later and HEADER not in request.headers and _has_files(request):
        return
    check_token(request, request.headers.get(HEADER) or await _field(request))


def check_token(request: Request[Actor, Any, Any], sent: str) -> None:
    """Raise Forbidden unless `sent` is the token of this session's pages."""
    if not hmac.compare_digest(sent.encode(), csrf_token(request.app.state.settings, request.user).encode()):
        raise Forbidden("csrf.token", "This form is from another session. Load the page again.")


def check_origin(socket: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raise Forbidden when a WebSocket is opened from another site's page, or by a cookie that no page of ours sent.

    Browsers send the cookie with a WebSocket whatever page opens it, and always say which that is.
    """
    origin = socket.headers.get("origin")
    if origin is None and socket.auth != "cookie":
        return
    if origin is None or urlsplit(origin).netloc != socket.headers.get("host"):
        raise Forbidden("csrf.origin", "This request came from another site.")


def _has_files(request: Request[Actor, Any, Any]) -> bool:
    return request.content_type[0] == RequestEncodingType.MULTI_PART


async def _field(request: Request[Actor, Any, Any]) -> str:
    """The token among a form's fields. A form with files is not read for it: who sends files puts it into the header, or
    the handler reads it."""
    if request.content_type[0] != RequestEncodingType.URL_ENCODED:
        return ""
    return str((await request.form()).get(FIELD, ""))
