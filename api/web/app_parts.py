"""What the application takes from the web app: its handlers, its middleware, the API reference, refusals as pages."""

from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from api import problems
from api.web import assets, words
from api.web.headers import security_headers
from api.web.http import Page, actor_of, see
from api.web.pages import (
    acts,
    bulk,
    commands,
    complaint,
    complaint_new,
    complaints,
    data_docs,
    door,
    fields,
    history,
    new_ticket,
    notifications,
    paper,
    passwords,
    preferences,
    queue,
    ratings,
    receipt,
    search,
    second_factor,
    security,
    setting,
    ticket,
    time,
)
from api.web.pages.admin import routes as admin
from api.web.reference import Reference
from api.web.render import is_partial, render, speak
from api.web.words import N_

ROUTERS = [
    assets.router,
    door.router,
    preferences.router,
    security.router,
    second_factor.router,
    passwords.router,
    complaints.router,
    complaint_new.router,
    complaint.router,
    ratings.router,
    queue.router,
    new_ticket.router,
    ticket.router,
    setting.router,
    acts.router,
    history.router,
    time.router,
    paper.router,
    bulk.router,
    search.router,
    commands.router,
    fields.router,
    receipt.router,
    notifications.router,
    data_docs.router,
    admin.router,
]
"""Every page and static file."""
MIDDLEWARE = [security_headers]
REFERENCE_PLUGINS: list[OpenAPIRenderPlugin] = [Reference()]

_TITLES = {
    401: N_("Sign in first"),
    403: N_("This is not for you"),
    404: N_("There is nothing here"),
    409: N_("That does not fit any more"),
    413: N_("That is too large"),
    429: N_("Too many attempts"),
    500: N_("Our mistake"),
    503: N_("Not available now"),
}
_TITLE = N_("That did not work")
_DETAILS = {
    404: N_("The page does not exist, or it is not yours to read."),
    500: N_("Something went wrong on our side. Nothing was changed; the request id helps us find it."),
}


def render_problem(request: Request[Any, Any, Any], error: Exception) -> Page:
    """A refusal as a page with a way out; a visitor who must sign in is sent there, and back afterwards."""
    status, body, headers = problems.document(request, error)
    if status == 401 and actor_of(request).id is None:
        return _to_the_door(request)
    if body["code"] == "auth.enrol":
        return _away(request, "/preferences/security")
    _ = speak(request)
    detail = words.PROBLEM.get(body["code"]) or _DETAILS.get(status) or body["detail"]
    page = render(
        request, "problem.html", status=status,
        title=_(_TITLES.get(status, _TITLE)), detail=_(detail), request_id=body["request_id"],
        parts={"*": ["main"]},
    )  # fmt: skip
    page.headers.update({name: value for name, value in headers.items() if name != "WWW-Authenticate"})
    return page


def _to_the_door(request: Request[Any, Any, Any]) -> Page:
    """To sign in, and back to the page one was on."""
    target = f"{request.url.path}?{request.url.query}" if request.method == "GET" else "/"
    if not is_partial(request):
        return see(f"/sign-in?next={quote(target.rstrip('?'), safe='/')}")
    page = urlsplit(request.headers.get("hx-current-url", ""))
    return _away(request, f"/sign-in?next={quote(f'{page.path}?{page.query}'.rstrip('?'), safe='/')}")


def _away(request: Request[Any, Any, Any], path: str) -> Page:
    """To another page, also when a script asked for a part of this one."""
    response = see(path)
    if is_partial(request):
        response.status_code = 200
        response.headers["HX-Redirect"] = response.headers.pop("Location")
    return response
