"""Turn a template into a page, or into the parts of it that htmx asks for, in the reader's language, zone and theme."""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_blocks
from litestar import Response
from litestar.datastructures import Cookie

from api.actor import Actor
from api.auth.csrf import csrf_token
from api.db import Read
from api.notifications.queries.notices import count_unread
from api.web import places, terms, words
from api.web.assets import load_assets
from api.web.formats import Formats, zone_named
from api.web.http import DONE_COOKIE, KEYS_COOKIE, Page, WebRequest, actor_of
from api.web.language import Translate, accepted_language, direction, known_language, translations, translator

TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language, Accept-Encoding, HX-Request, HX-Target"}
SMALL = 1_000
"""Bytes of a page that are not worth compressing."""

Parts = Mapping[str, Sequence[str]]
"""By the id of the element that is to be swapped: the blocks it is sent, itself first, the others out of band.
`*` stands for any element."""


class Toast(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, for a page that stays: `undo` is where a POST takes it back, `more` a page that says more of it."""

    text: str
    undo: str = ""
    more: str = ""
    seconds: int = 10


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
    cast("Any", made).install_gettext_translations(translations(language), newstyle=True)
    made.filters["initials"] = initials
    known = cast("dict[str, Any]", made.globals)
    known |= {
        "asset": load_assets().url,
        "words": words,
        "places": places,
        "terms": terms,
        "language": language,
        "direction": direction(language),
    }
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
    """The page, with the frame's unread count when somebody is signed in (one statement), which parts need not."""
    is_counted = read.actor.id is not None and not is_partial(request)
    return render(request, template, status=status, unread=await count_unread(read) if is_counted else 0, **context)


def is_partial(request: WebRequest) -> bool:
    """Whether a script asks for a part of the page."""
    return request.headers.get("hx-request") == "true"


def render(
    request: WebRequest,
    template: str,
    *,
    status: int = 200,
    unread: int = 0,
    parts: Parts | None = None,
    part: str | None = None,
    toast: Toast | None = None,
    **context: Any,
) -> Page:
    """The page, or those of its `parts` that a script asks for, without asking the database anything.

    `part` is the element that is swapped when it is not the one that was asked for.
    """
    actor = actor_of(request)
    language = language_of(request, actor)
    done, undo = _done(request)
    known = environment(language)
    target = (part or request.headers.get("hx-target", "")) if is_partial(request) else None
    blocks = None if target is None else (parts or {}).get(target) or (parts or {}).get("*")
    context |= {
        "actor": actor,
        "f": formats(request),
        "csrf": csrf_token(request.app.state.settings, actor),
        "path": request.url.path,
        "unread": unread,
        "done": done if blocks is None else None,
        "undo": undo,
        "status": status,
        "oob": frozenset(blocks[1:]) if blocks else frozenset[str](),
        "has_keys": request.cookies.get(KEYS_COOKIE) != "off",
    }
    if blocks is None:
        context["scripts"] = _scripts(context["f"], actor, context["csrf"], has_keys=context["has_keys"])
    context["p"] = known.get_template("parts.html").make_module(context)
    if blocks is None:
        text = known.get_template(template).render(context)
    else:
        text = render_blocks(known, template, list(blocks), context)
        if toast is None and done:
            toast = Toast(text=translator(language)(done), undo=undo)
    response = _packed(request, text.encode(), status)
    if request.cookies.get(DONE_COOKIE) is not None and not _renews_itself(request):
        response.set_cookie(Cookie(DONE_COOKIE, value="", max_age=0, httponly=True, samesite="lax"))
    return response if toast is None else with_toast(response, toast)


def with_toast(page: Page, toast: Toast) -> Page:
    """The answer to a script, which shows the toast."""
    # json, since headers are ASCII and msgspec writes UTF-8; after the swap, since what asked may be gone by then
    page.headers["HX-Trigger-After-Swap"] = json.dumps({"toast": msgspec.to_builtins(toast)})
    return page


def _scripts(f: Formats, actor: Actor, csrf: str, *, has_keys: bool) -> str:
    """What the page's scripts need to know, as JSON: the server's clock, words, the token, whether keys are on."""
    spoken = words.SCRIPT if actor.is_staff else words.CUSTOMER_SCRIPT
    return json.dumps(
        {
            "now": f.iso(f.now),
            "csrf": csrf,
            "keys": has_keys,
            "icons": load_assets().url("sprite.svg"),
            "me": actor.id,
            "zone": f.zone.key,
            "words": {name: translator(f.language)(text) for name, text in spoken.items()},
        },
        ensure_ascii=False,
    )


def _done(request: WebRequest) -> tuple[str | None, str]:
    """The message (untranslated) that the redirect to this page carries, and where what was done is taken back."""
    if _renews_itself(request):
        return None, ""
    key, _, bulk_id = (request.cookies.get(DONE_COOKIE) or "").partition(".")
    return words.DONE.get(key), f"/bulk/{bulk_id}/undo" if bulk_id.isascii() and bulk_id.isdecimal() else ""


def _packed(request: WebRequest, body: bytes, status: int) -> Page:
    headers = dict(HEADERS)
    if len(body) > SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 5, mtime=0)
    return Response(body, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def initials(name: str) -> str:
    """`JS` for Jane Smith: at most two letters."""
    parts = [part for part in name.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper() or "?"


def _renews_itself(request: WebRequest) -> bool:
    """Whether an element asks for itself anew: what was just done is told to who did it, not to what happens to load meanwhile."""
    asked = request.headers.get("hx-target")
    return asked is not None and request.headers.get("hx-trigger") == asked
