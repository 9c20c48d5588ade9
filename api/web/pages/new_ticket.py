"""A ticket that staff open for a customer, who called or came by."""

from litestar import Router, get, post

from api.actor import Right
from api.custom_fields.queries import list_custom_fields
from api.db import Read
from api.errors import Problem
from api.installation.queries import get_settings
from api.people.queries import find_customer_id, list_categories
from api.tickets.wire import NewTicket
from api.web import words
from api.web.custom import read_custom_fields
from api.web.forms import new_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.once import open_once
from api.web.render import show, speak
from api.web.uploads import MAX_REQUEST_BYTES, Upload, read_upload, upload_context


@get("/new", right=Right.TICKET_WORK, include_in_schema=False)
async def new_ticket(request: WebRequest) -> Page:
    """An empty form."""
    async with reading(request) as read:
        return await _page(request, read, Upload(new_form(priority="medium")))


@post(
    "/new",
    right=Right.TICKET_WORK,
    include_in_schema=False,
    status_code=200,
    reads_files=True,
    request_max_body_size=MAX_REQUEST_BYTES,
)
async def open_ticket(request: WebRequest) -> Page:
    """Open the ticket once, however often the form is sent."""
    _ = speak(request)
    sent = await read_upload(request)
    form = sent.form
    async with reading(request) as read:
        customer_id = await find_customer_id(read, form["customer"])
        fields = await list_custom_fields(read)
    if customer_id is None:
        form.problems["customer"] = _("No customer has this e-mail address.")
    values = read_custom_fields(form, fields, _, is_complete=False)
    wanted = form.convert(
        NewTicket,
        subject=form["subject"],
        description=form["description"],
        priority=form["priority"] or "medium",
        category_id=form.whole("category_id"),
        customer_id=customer_id or 1,
        custom_fields=values,
    )
    if wanted is not None:
        try:
            async with writing(request) as tx:
                number = await open_once(tx, form.key, wanted, sent.files)
            return see(f"/tickets/{number}", "opened")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await _page(request, read, sent, status=422)


async def _page(request: WebRequest, read: Read, sent: Upload, *, status: int = 200) -> Page:
    _ = speak(request)
    areas = [(category.id, category.path) for category in await list_categories(read)]
    return await show(
        request, read, "ticket_new.html", status=status,
        form=sent.form, categories=[("", _("none")), *areas], fields=await list_custom_fields(read),
        priorities=[(value, _(word.label)) for value, word in words.PRIORITY.items()],
        **upload_context(await get_settings(read), sent),
    )  # fmt: skip


router = Router("/tickets", route_handlers=[new_ticket, open_ticket])
