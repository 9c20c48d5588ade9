"""The way in and out: sign in, register, sign out, and the start page of each role."""

from litestar import get

from api.actor import Right
from api.web.forms import new_form
from api.web.http import Page, WebRequest, actor_of, see
from api.web.render import render

_HOME = {"customer": "/complaints", "agent": "/tickets", "admin": "/tickets"}


@get("/", right=Right.PUBLIC, include_in_schema=False)
async def start(request: WebRequest) -> Page:
    """Where each role begins."""
    return see(_HOME.get(actor_of(request).role or "", "/sign-in"))


@get("/sign-in", right=Right.PUBLIC, include_in_schema=False)
async def sign_in_form(request: WebRequest) -> Page:
    """An empty form."""
    return render(request, "sign_in.html", form=new_form(next=request.query_params.get("next", "")))


@get("/register", right=Right.PUBLIC, include_in_schema=False)
async def register_form(request: WebRequest) -> Page:
    """An empty form."""
    return render(request, "register.html", form=new_form())
