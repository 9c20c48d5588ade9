"""The way in and out: sign in, register, sign out, and the start page of each role."""

from typing import Any

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands.accounts import register as make_account
from api.auth.commands.sessions import Opened, Refused, log_out, open_session
from api.auth.commands.sign_in import Challenged, answer_challenge, log_in
from api.auth.cookies import expired_cookie, session_cookie
from api.auth.wire import Login, Registration, SecondStep
from api.errors import Problem
from api.installation.queries import get_settings
from api.people.commands.oneself import update_preferences
from api.people.wire import Preferences
from api.tickets.queries.first import has_tickets
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, local_path, reading, see, writing
from api.web.pages.admin.home import is_touring
from api.web.render import language_of, render, speak

_HOME = {"customer": "/complaints", "agent": "/tickets", "admin": "/tickets"}


@get("/", right=Right.PUBLIC, include_in_schema=False)
async def start(request: WebRequest) -> Page:
    """Where each role begins; an administrator with the first steps, or with the tour through the sample."""
    role = actor_of(request).role or ""
    if role == "admin":
        async with reading(request) as read:
            if not await has_tickets(read):
                return see("/admin/start/1")
            if is_touring(await get_settings(read)):
                return see("/admin")
    return see(_HOME.get(role, "/sign-in"))


@get("/sign-in", right=Right.PUBLIC, include_in_schema=False)
async def sign_in_form(request: WebRequest) -> Page:
    """An empty form."""
    return render(request, "sign_in.html", form=new_form(next=request.query_params.get("next", "")))


@post("/sign-in", right=Right.PUBLIC, include_in_schema=False, status_code=200)
async def sign_in(request: WebRequest) -> Page:
    """Open a session and go where the person wanted to. Whoever was signed in at this browser no longer is."""
    form, password = await _read(request)
    wanted = form.convert(Login, email=form["email"], password=password)
    if wanted is None:
        return render(request, "sign_in.html", status=422, form=form)
    state = request.app.state
    try:
        async with writing(request) as tx:
            done = await log_in(
                tx, wanted.email, wanted.password, redis=state.redis, settings=state.settings, with_cookie=True
            )
            if isinstance(done, Opened):
                await log_out(tx)
    except Problem as problem:
        return refused(request, "sign_in.html", form, problem)
    if isinstance(done, Refused):
        return refused(request, "sign_in.html", form, done.problem)
    if isinstance(done, Challenged):
        return ask_second_step(request, done, form["next"])
    return _signed_in(request, done, see(local_path(form["next"]) or "/"))


def ask_second_step(request: WebRequest, done: Challenged, wanted: str) -> Page:
    """The form for the code, which leads to `wanted` afterwards."""
    return render(request, "sign_in_code.html", form=new_form(challenge=done.challenge, next=wanted, code=""))


@post("/sign-in/code", right=Right.PUBLIC, include_in_schema=False, status_code=200)
async def sign_in_code(request: WebRequest) -> Page:
    """The second step: open a session by the code. Whoever was signed in at this browser no longer is."""
    form = await read_form(request, speak(request))
    wanted = form.convert(SecondStep, challenge=form["challenge"], code=form["code"])
    if wanted is None:
        return render(request, "sign_in_code.html", status=422, form=form)
    state = request.app.state
    try:
        async with writing(request) as tx:
            done = await answer_challenge(
                tx, wanted.challenge, wanted.code, redis=state.redis, settings=state.settings, with_cookie=True
            )
            if isinstance(done, Opened):
                await log_out(tx)
    except Problem as problem:
        return refused(request, "sign_in_code.html", form, problem)
    if isinstance(done, Refused):
        return refused(request, "sign_in_code.html", form, done.problem)
    return _signed_in(request, done, see(local_path(form["next"]) or "/"))


@get("/register", right=Right.PUBLIC, include_in_schema=False)
async def register_form(request: WebRequest) -> Page:
    """An empty form."""
    return render(request, "register.html", form=new_form())


@post("/register", right=Right.PUBLIC, include_in_schema=False, status_code=200)
async def register(request: WebRequest) -> Page:
    """Make a customer's account, in the language of the page, and sign in."""
    form, password = await _read(request)
    wanted = form.convert(Registration, name=form["name"], email=form["email"], password=password)
    if wanted is None:
        return render(request, "register.html", status=422, form=form)
    try:
        async with writing(request) as tx:
            user_id = await make_account(tx, wanted)
            await update_preferences(tx, user_id, Preferences(language=language_of(request, actor_of(request))))
            done = await open_session(tx, user_id, request.app.state.settings, with_cookie=True)
            await log_out(tx)
    except Problem as problem:
        return refused(request, "register.html", form, problem)
    return _signed_in(request, done, see("/complaints", "registered"))


@post("/sign-out", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def sign_out(request: WebRequest) -> Page:
    """End the session; the browser forgets what it kept of it, drafts included."""
    async with writing(request) as tx:
        await log_out(tx)
    forget(request.app.state, actor_of(request).id)
    page = see("/sign-in", "signed_out")
    page.set_cookie(expired_cookie(request.app.state.settings))
    page.headers["Clear-Site-Data"] = '"cache", "storage"'
    return page


async def _read(request: WebRequest) -> tuple[Form, str]:
    """The form without its password, and the password: a form shown again never holds it."""
    form = await read_form(request, speak(request))
    password = form["password"]
    form.values["password"] = ""
    return form, password


def refused(request: WebRequest, template: str, form: Form, problem: Problem, **context: Any) -> Page:
    """The form again, with what was wrong; and, for who tries too often, for how long to wait."""
    form.refuse(problem)
    page = render(request, template, status=problem.status, form=form, **context)
    if seconds := problem.extra.get("retry_after"):
        page.headers["Retry-After"] = str(seconds)
    return page


def _signed_in(request: WebRequest, opened: Opened, page: Page) -> Page:
    forget(request.app.state, actor_of(request).id)
    if opened.cookie is not None:
        page.set_cookie(session_cookie(request.app.state.settings, opened.cookie))
    return page


router = Router("/", route_handlers=[start, sign_in_form, sign_in, sign_in_code, register_form, register, sign_out])
