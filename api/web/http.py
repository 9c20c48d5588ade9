"""What every page handler is given and gives back: the request of a known person, handles on the database, redirects."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Request, Response
from litestar.datastructures import Cookie

from api.actor import ANONYMOUS, Actor
from api.db import Database, Read
from api.events.tx import Tx
from api.reactions import open_tx

WebRequest = Request[Actor, Any, Any]
Page = Response[bytes]

DONE_COOKIE = "redress_done"
KEYS_COOKIE = "redress_keys"
"""`off` when single keys do nothing (WCAG 2.1.4)."""


def actor_of(request: WebRequest) -> Actor:
    """Who asks; nobody known when the request failed before that was found out."""
    return cast("Actor", request.scope.get("user") or ANONYMOUS)


@asynccontextmanager
async def reading(request: WebRequest) -> AsyncGenerator[Read]:
    """A read handle for this person, for as long as the block runs."""
    db: Database = request.app.state.db
    async with db.open_read(actor_of(request), request.app.state.clock()) as read:
        yield read


@asynccontextmanager
async def writing(request: WebRequest) -> AsyncGenerator[Tx]:
    """A transaction for this person. A form opens it itself, since a refusal must roll back before the page is shown again."""
    db: Database = request.app.state.db
    async with open_tx(db, actor_of(request), request.app.state.clock()) as tx:
        yield tx


def see(path: str, done: str | None = None) -> Page:
    """POST-redirect-GET: send the browser on, with the key of the message (one of words.DONE) the next page shows once."""
    response = Response(
        b"", status_code=303, media_type="text/plain", headers={"Location": path, "Cache-Control": "no-store"}
    )
    if done:
        response.set_cookie(Cookie(DONE_COOKIE, value=done, max_age=60, httponly=True, samesite="lax"))
    return response


def local_path(target: str | None) -> str | None:
    """The target when it is a path on this host, so that a link cannot send a person elsewhere after signing in."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or any(c in target for c in "\r\n\t")
    ):
        return None
    return target
