"""Two-step sign-in on a person's own page: set it up, renew its recovery codes, turn it off."""

from typing import Any

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    get_enrolment,
    remove_second_factor,
    renew_recovery_codes,
)
from api.auth.commands.sessions import Refused
from api.auth.wire import Code, NewSecondFactor
from api.errors import NotFound, Problem
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.pages.security import HERE, show_security
from api.web.render import render, show, speak

SETUP = f"{HERE}/second-factor"


@post("/", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def begin(request: WebRequest) -> Page:
    """Make a secret, and lead to the page that shows it."""
    form = await read_form(request, speak(request))
    current = form["current"]
    form.values["current"] = ""
    wanted = form.convert(NewSecondFactor, current=current)
    status = 422
    if wanted is not None:
        try:
            async with writing(request) as tx:
                await begin_enrolment(tx, wanted.current, **_means(request))
            return see(SETUP)
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    return await show_security(request, status=status, begin=form)


@get("/", right=Right.SIGN_IN, include_in_schema=False)
async def set_up(request: WebRequest) -> Page:
    """The secret that waits for its first code; without one, the page where to begin."""
    return await _waiting(request, new_form())


@post("/confirm", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def confirm(request: WebRequest) -> Page:
    """Turn it on, and show the recovery codes: the answer itself, since they cannot be shown again."""
    form = await read_form(request, speak(request))
    done, status = await _by_code(request, form, confirm_enrolment)
    if done is None:
        return await _waiting(request, form, status=status)
    return render(request, "recovery_codes.html", codes=done.codes, is_new=True)


@post("/recovery-codes", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def renew(request: WebRequest) -> Page:
    """Make new recovery codes, and show them."""
    form = await read_form(request, speak(request))
    done, status = await _by_code(request, form, renew_recovery_codes)
    if done is None:
        return await show_security(request, status=status, turn=form)
    return render(request, "recovery_codes.html", codes=done.codes, is_new=False)


@post("/remove", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def remove(request: WebRequest) -> Page:
    """Turn it off."""
    form = await read_form(request, speak(request))
    _done, status = await _by_code(request, form, remove_second_factor)
    if form.is_refused:
        return await show_security(request, status=status, turn=form)
    return see(HERE, "second_factor_off")


async def _by_code(request: WebRequest, form: Form, command: Any) -> tuple[Any, int]:
    """(what the command returned, status); what was wrong is in the form. A wrong code stays in the log."""
    wanted = form.convert(Code, code=form["code"])
    form.values["code"] = ""
    if wanted is None:
        return None, 422
    try:
        async with writing(request) as tx:
            done = await command(tx, wanted.code, **_means(request))
    except Problem as problem:
        form.refuse(problem)
        return None, problem.status
    forget(request.app.state, actor_of(request).id)
    if isinstance(done, Refused):
        form.refuse(done.problem)
        return None, done.problem.status
    return done, 200


async def _waiting(request: WebRequest, form: Form, *, status: int = 200) -> Page:
    async with reading(request) as read:
        try:
            enrolment = await get_enrolment(read, request.app.state.settings)
        except NotFound:
            return see(HERE)
        return await show(request, read, "second_factor.html", status=status, form=form, enrolment=enrolment)


def _means(request: WebRequest) -> dict[str, Any]:
    return {"redis": request.app.state.redis, "settings": request.app.state.settings}


router = Router(SETUP, route_handlers=[begin, set_up, confirm, renew, remove])
