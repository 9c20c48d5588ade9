"""One's API tokens: keys for programs, each shown once."""

from datetime import timedelta

from litestar import Router, get, post

from api.actor import Right
from api.auth.authenticate import forget
from api.auth.commands.tokens import create_api_token, revoke_api_token
from api.auth.queries import list_api_tokens
from api.auth.wire import CreatedApiToken, NewApiToken
from api.events.tx import Tx
from api.web import terms
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.pages.admin.fields import Field, read_struct
from api.web.pages.admin.screen import Refused, attempt
from api.web.render import show, speak
from api.web.words import N_

FIELDS = (
    Field("name", N_("Name"), hint=N_("What uses it"), is_required=True, max_length=100),
    Field("days", N_("Valid for days"), "number", N_("Empty: until it is revoked")),
    Field("scopes", N_("What it may do"), "several"),
)
LONGEST_DAYS = 3_650


@get("/tokens", right=Right.ADMIN, include_in_schema=False)
async def tokens(request: WebRequest) -> Page:
    """The tokens, and a form for a new one."""
    return await _page(request, new_form())


@post("/tokens", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def make_token(request: WebRequest) -> Page:
    """Make a token and show it: the answer itself, since it cannot be shown again."""
    form = await read_form(request, speak(request))
    wanted, days = read_struct(form, FIELDS, NewApiToken), form.whole("days")
    if form["days"] and not (days and days <= LONGEST_DAYS):
        form.refuse_field("days")

    async def work(tx: Tx) -> CreatedApiToken:
        if wanted is None or form.is_refused:
            raise Refused
        wanted.expires_at = tx.now + timedelta(days=days) if days else None
        return await create_api_token(tx, wanted)

    made, status = await attempt(request, form, work)
    return await _page(request, new_form() if made else form, made=made, status=status)


@post("/tokens/{token_id:int}/revoke", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def revoke_token(request: WebRequest, token_id: int) -> Page:
    """Take a token back at once."""
    async with writing(request) as tx:
        await revoke_api_token(tx, token_id)
    forget(request.app.state, actor_of(request).id)
    return see("/admin/tokens", "removed")


async def _page(request: WebRequest, form: Form, *, made: CreatedApiToken | None = None, status: int = 200) -> Page:
    _ = speak(request)
    async with reading(request) as read:
        return await show(
            request, read, "admin/tokens.html", status=status,
            form=form, fields=FIELDS, made=made, tokens=await list_api_tokens(read),
            choices={"scopes": [(right, f"{_(label)} ({right})") for right, label in terms.RIGHT.items()]},
        )  # fmt: skip


router = Router("/", route_handlers=[tokens, make_token, revoke_token])
