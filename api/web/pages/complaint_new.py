"""A new complaint: the form, what is known already beside it, and files before it is sent."""

from typing import Any

from litestar import Response, Router, get, post

from api.actor import Right
from api.canned.queries import find_known_answers
from api.custom_fields.queries import list_custom_fields
from api.db import Read
from api.errors import NotFound, Problem
from api.installation.queries import get_settings
from api.people.queries import list_categories
from api.search.queries.alike import list_alike
from api.tickets.queries.detail import find_ticket_id
from api.tickets.wire import NewTicket
from api.web import words
from api.web.custom import read_custom_fields
from api.web.forms import new_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.once import open_once
from api.web.pages.complaint import complaint_page
from api.web.render import show, speak
from api.web.uploads import MAX_REQUEST_BYTES, Upload, kept_file, read_upload, receive_files, refusal, upload_context

LEAST_LETTERS = 3
MOST_LETTERS = 200
"""Of a subject, what is looked for among known answers."""
PARTS = {"known": ("known",)}


@get("/new", right=Right.TICKET_CREATE, include_in_schema=False)
async def new_complaint(request: WebRequest, about: str = "") -> Page:
    """An empty form; `about` is the number of a complaint that this one goes on with."""
    async with reading(request) as read:
        return await _page(request, read, Upload(new_form(priority="medium", about=about)))


@post(
    "/new",
    right=Right.TICKET_CREATE,
    include_in_schema=False,
    status_code=200,
    reads_files=True,
    request_max_body_size=MAX_REQUEST_BYTES,
)
async def send_complaint(request: WebRequest) -> Page:
    """Open the complaint once, however often the form is sent; or do what another button of the form asks for."""
    sent = await read_upload(request)
    act, _, number = sent.form["act"].partition(":")
    match act:
        case "check":
            async with reading(request) as read:
                return await _page(request, read, sent)
        case "helped":
            return see("/complaints", "helped")
        case "add":
            return await _add_to(request, number, sent)
        case _:
            return await _open(request, sent)


@post(
    "/files",
    right=Right.TICKET_COMMENT,
    include_in_schema=False,
    status_code=200,
    request_max_body_size=MAX_REQUEST_BYTES,
)
async def keep_files(request: WebRequest) -> Response[dict[str, Any]]:
    """Take files before their form is sent, for scripts: what was taken, and sentences about what was not."""
    found = await receive_files(request)
    return Response(
        {
            "files": [kept_file(request, file) for file in found.files],
            "refused": [refusal(request, problem) for problem in found.refused],
        },
        headers={"Cache-Control": "no-store"},
    )


async def _open(request: WebRequest, sent: Upload) -> Page:
    form = sent.form
    async with reading(request) as read:
        fields = await list_custom_fields(read)
        related_id = await _related(read, form["about"])
    values = read_custom_fields(form, fields, speak(request), is_complete=True)
    wanted = form.convert(
        NewTicket,
        subject=form["subject"],
        description=form["description"],
        category_id=form.whole("category_id"),
        priority=form["priority"] or "medium",
        custom_fields=values,
    )
    if wanted is not None:
        try:
            async with writing(request) as tx:
                number = await open_once(tx, form.key, wanted, sent.files, related_id)
            return see(f"/complaints/{number}", "complained")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await _page(request, read, sent, status=422)


async def _add_to(request: WebRequest, number: str, sent: Upload) -> Page:
    """The complaint that it is about after all, with what was typed as its reply, not sent yet."""
    form = sent.form
    said = "\n\n".join(text for text in (form["subject"], form["description"]) if text)
    async with reading(request) as read:
        reply = Upload(new_form(comment=said), sent.files, sent.kept)
        return await complaint_page(request, read, number, reply)


async def _related(read: Read, number: str) -> int | None:
    try:
        return await find_ticket_id(read, number) if number else None
    except NotFound:
        return None


async def _page(request: WebRequest, read: Read, sent: Upload, *, status: int = 200) -> Page:
    _ = speak(request)
    form = sent.form
    asked = form["subject"][:MOST_LETTERS]
    is_asked = len(asked) >= LEAST_LETTERS
    areas = [(category.id, category.path) for category in await list_categories(read)]
    return await show(
        request, read, "complaint_new.html", status=status, parts=PARTS,
        form=form, categories=[("", _("I am not sure")), *areas] if areas else [],
        fields=await list_custom_fields(read),
        urgencies=[(value, _(label)) for value, label in words.URGENCY.items()],
        is_asked=is_asked,
        answers=await find_known_answers(read, asked) if is_asked else [],
        alike=await list_alike(read, asked) if is_asked else [],
        **upload_context(await get_settings(read), sent),
    )  # fmt: skip


router = Router("/complaints", route_handlers=[new_complaint, send_complaint, keep_files])
