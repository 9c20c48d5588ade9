"""How a person signs in: where they are signed in now, their password, and whether in two steps."""

from typing import Any

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands.accounts import change_password
from api.auth.commands.sessions import end_other_sessions, end_session
from api.auth.queries import get_second_factor, list_sessions
from api.auth.wire import PasswordChange
from api.errors import Problem
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.render import show, speak

HERE = "/preferences/security"


@get("/", right=Right.SIGN_IN, include_in_schema=False)
async def security(request: WebRequest) -> Page:
    """As it is."""
    return await show_security(request)


@post("/password", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def keep_password(request: WebRequest) -> Page:
    """Replace the password; all other sessions end."""
    form = await read_form(request, speak(request))
    current, new = form["current"], form["new"]
    form.values |= {"current": "", "new": ""}
    wanted = form.convert(PasswordChange, current=current, new=new)
    status = 422
    if wanted is not None:
        try:
            async with writing(request) as tx:
                await change_password(tx, wanted, request.app.state.redis)
            forget(request.app.state, actor_of(request).id)
            return see(HERE, "password")
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    return await show_security(request, status=status, password=form)


@post("/sessions/{session_id:int}/end", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def end(request: WebRequest, session_id: int) -> Page:
    """Sign out somewhere else."""
    async with writing(request) as tx:
        await end_session(tx, session_id)
    forget(request.app.state, actor_of(request).id)
    return see(HERE, "signed_out_there")


@post("/sessions/end-others", right=Right.SIGN_IN, include_in_schema=False, status_code=200)
async def end_others(request: WebRequest) -> Page:
    """Sign out everywhere else."""
    async with writing(request) as tx:
        await end_other_sessions(tx)
    forget(request.app.state, actor_of(request).id)
    return see(HERE, "signed_out_elsewhere")


async def show_security(request: WebRequest, *, status: int = 200, password: Form | None = None, **more: Any) -> Page:
    """The page; a form as it was sent, or empty."""
    async with reading(request) as read:
        return await show(
            request, read, "security.html", status=status,
            sessions=await list_sessions(read), password=password or new_form(), factor=await get_second_factor(read),
            **({"begin": new_form(), "turn": new_form()} | more),
        )  # fmt: skip


router = Router(HERE, route_handlers=[security, keep_password, end, end_others])
