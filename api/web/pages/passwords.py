"""A forgotten password: ask for a link, and set a new one by it."""

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands.resets import check_password_reset, request_password_reset, reset_password
from api.auth.wire import NewPassword, PasswordResetRequest
from api.errors import NotFound, Problem
from api.web.forms import new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.pages.door import refused
from api.web.render import render, speak


@get("/forgot", right=Right.PUBLIC, include_in_schema=False)
async def forgot_form(request: WebRequest) -> Page:
    """Ask for the address."""
    return render(request, "forgot.html", form=new_form(), is_asked=False)


@post("/forgot", right=Right.PUBLIC, include_in_schema=False, status_code=200)
async def forgot(request: WebRequest) -> Page:
    """Have a link sent. The answer is the same whether somebody has the address or not."""
    form = await read_form(request, speak(request))
    wanted = form.convert(PasswordResetRequest, email=form["email"])
    if wanted is None:
        return render(request, "forgot.html", status=422, form=form, is_asked=False)
    try:
        async with writing(request) as tx:
            await request_password_reset(tx, wanted.email, request.app.state.redis)
    except Problem as problem:
        return refused(request, "forgot.html", form, problem, is_asked=False)
    return render(request, "forgot.html", form=form, is_asked=True)


@get("/reset/{token:str}", right=Right.PUBLIC, include_in_schema=False)
async def reset_form(request: WebRequest, token: str) -> Page:
    """Ask for the new password; of a link that is over it says so before anybody thinks of one."""
    try:
        async with reading(request) as read:
            await check_password_reset(read, token)
    except NotFound:
        return render(request, "reset_over.html", status=404)
    return render(request, "reset.html", form=new_form())


@post("/reset/{token:str}", right=Right.PUBLIC, include_in_schema=False, status_code=200)
async def reset(request: WebRequest, token: str) -> Page:
    """Set the new password. All sessions of the person end, wherever they are."""
    form = await read_form(request, speak(request))
    password = form["password"]
    form.values["password"] = ""
    wanted = form.convert(NewPassword, token=token, password=password)
    if wanted is not None:
        try:
            async with writing(request) as tx:
                await reset_password(tx, wanted)
            forget(request.app.state, actor_of(request).id)
            return see("/sign-in", "reset")
        except NotFound:
            return render(request, "reset_over.html", status=404)
        except Problem as problem:
            form.refuse(problem)
    return render(request, "reset.html", status=422, form=form)


router = Router("/", route_handlers=[forgot_form, forgot, reset_form, reset])
