"""One complaint as its customer sees it: where it stands, what was said, and what they can do about it."""

from typing import Literal

from litestar import Router, get, post

from api.actor import Right
from api.conversation.wire import NewComment
from api.custom_fields.queries import list_custom_fields
from api.db import Read
from api.errors import Problem
from api.installation.queries import get_settings
from api.notifications.commands.notices import mark_ticket_read
from api.notifications.queries.notices import list_unread_ticket_ids
from api.tickets.commands.status import change_status
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.rules.number import parse_number
from api.tickets.wire import StatusChange
from api.visibility import may_speak
from api.web.forms import new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.once import say_once
from api.web.render import formats, show, speak
from api.web.standing import promises, sentence
from api.web.story import customer_steps, files_by_comment
from api.web.uploads import MAX_REQUEST_BYTES, Upload, read_upload, upload_context

PARTS = {"live": ("live", "oob_about")}
"""What happens elsewhere never touches the form, and what is being written in it."""


@get("/{number:str}", right=Right.TICKET_READ, include_in_schema=False)
async def complaint(request: WebRequest, number: str) -> Page:
    """One complaint; that it was told of is read with that. The number of a merged one leads to where it went, and staff
    to their own page of it."""
    if actor_of(request).is_staff:
        return see(f"/tickets/{number}")
    async with reading(request) as read:
        ticket_id = await find_ticket_id(read, number)
        is_unread = bool(await list_unread_ticket_ids(read, [ticket_id]))
    if is_unread:
        async with writing(request) as tx:
            await mark_ticket_read(tx, ticket_id)
    async with reading(request) as read:
        return await complaint_page(request, read, number, Upload(new_form()))


@post(
    "/{number:str}/reply",
    right=Right.TICKET_COMMENT,
    include_in_schema=False,
    status_code=200,
    reads_files=True,
    request_max_body_size=MAX_REQUEST_BYTES,
)
async def reply(request: WebRequest, number: str) -> Page:
    """Add to the conversation, once however often the form is sent."""
    sent = await read_upload(request)
    form = sent.form
    said = form.convert(NewComment, comment=form["comment"])
    if said is not None:
        try:
            async with writing(request) as tx:
                await say_once(tx, await find_ticket_id(tx, number), form.key, said, sent.files)
            return see(f"/complaints/{number}", "replied")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await complaint_page(request, read, number, sent, status=422)


@post("/{number:str}/solved", right=Right.TICKET_COMMENT, include_in_schema=False, status_code=200)
async def solved(request: WebRequest, number: str) -> Page:
    """The customer says that the problem is gone."""
    return await _move(request, number, "resolved", "solved")


@post("/{number:str}/reopen", right=Right.TICKET_REOPEN, include_in_schema=False, status_code=200)
async def reopen(request: WebRequest, number: str) -> Page:
    """The customer says that it is not."""
    return await _move(request, number, "in_progress", "reopened")


async def _move(request: WebRequest, number: str, status: Literal["resolved", "in_progress"], done: str) -> Page:
    form = await read_form(request, speak(request))
    try:
        async with writing(request) as tx:
            await change_status(tx, await find_ticket_id(tx, number), StatusChange(status=status))
        return see(f"/complaints/{number}", done)
    except Problem as problem:
        form.refuse(problem)
    async with reading(request) as read:
        return await complaint_page(request, read, number, Upload(form), status=409)


async def complaint_page(request: WebRequest, read: Read, number: str, sent: Upload, *, status: int = 200) -> Page:
    """The page, with a reply that is not sent yet."""
    ticket = await get_ticket(read, await find_ticket_id(read, number))
    if number[:2].upper() == "RD" and parse_number(number) != ticket.number:
        return see(f"/complaints/{ticket.number}", "merged_elsewhere")
    f = formats(request)
    settings = await get_settings(read)
    fields = await list_custom_fields(read) if ticket.custom_fields else []
    return await show(
        request, read, "complaint.html", status=status, parts=PARTS,
        ticket=ticket, form=sent.form, standing=sentence(ticket, f, settings), promises=promises(ticket),
        steps=customer_steps(ticket, f._), files=files_by_comment(ticket),
        details=[(field, ticket.custom_fields[field.key]) for field in fields if field.key in ticket.custom_fields],
        is_own=may_speak(actor_of(request), ticket.customer.id),
        **upload_context(settings, sent),
    )  # fmt: skip


router = Router("/complaints", route_handlers=[complaint, reply, solved, reopen])
