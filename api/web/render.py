"""Turn a template into a page, in the reader's language, time zone and theme."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie

from api.actor import Actor
from api.auth.csrf import csrf_token
from api.db import Read
from api.notifications.queries.notices import count_unread
from api.web import words
from api.web.assets import load_assets
from api.web.formats import Formats, zone_named
from api.web.http import DONE_COOKIE, Page, WebRequest, actor_of
from api.web.language import Translate, accepted_language, direction, known_language, translations, translator

TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}


@cache
def environment(language: str) -> Environment:
    """The templates in one language. A variable that is not there is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]
    made.filters["initials"] = initials
    known: dict[str, Any] = made.globals  # pyright: ignore[reportAssignmentType]
    known |= {"asset": load_assets().url, "words": words, "language": language, "direction": direction(language)}
    return made


def speak(request: WebRequest) -> Translate:
    """`_` in the reader's language."""
    return translator(language_of(request, actor_of(request)))


def formats(request: WebRequest) -> Formats:
    """How the reader reads time, as of now."""
    actor = actor_of(request)
    return Formats(language_of(request, actor), zone_named(actor.time_zone), request.app.state.clock(), speak(request))


def language_of(request: WebRequest, actor: Actor) -> str:
    """The person's language; for a visitor the best their browser asks for."""
    if actor.id is None:
        return accepted_language(request.headers.get("accept-language", ""))
    return known_language(actor.language)


async def show(request: WebRequest, read: Read, template: str, *, status: int = 200, **context: Any) -> Page:
    """The page, with the frame's unread count when somebody is signed in (one statement)."""
    unread = await count_unread(read) if read.actor.id is not None else 0
    return render(request, template, status=status, unread=unread, **context)


def render(request: WebRequest, template: str, *, status: int = 200, unread: int = 0, **context: Any) -> Page:
    """The page without asking the database anything: for what is shown when something failed."""
    actor = actor_of(request)
    language = language_of(request, actor)
    done = request.cookies.get(DONE_COOKIE)
    body = (
        environment(language)
        .get_template(template)
        .render(
            actor=actor,
            f=formats(request),
            csrf=csrf_token(request.app.state.settings, actor),
            path=request.url.path,
            unread=unread,
            done=words.DONE.get(done or ""),
            status=status,
            **context,
        )
    )
    response = Response(body.encode(), status_code=status, media_type="text/html; charset=utf-8", headers=dict(HEADERS))
    if done is not None:
        response.set_cookie(Cookie(DONE_COOKIE, value="", max_age=0, httponly=True, samesite="lax"))
    return response


def initials(name: str) -> str:
    """`JS` for Jane Smith: at most two letters."""
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper() or "?"
