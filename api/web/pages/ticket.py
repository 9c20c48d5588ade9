"""The agent's ticket: conversation and events in one thread, two composers, the side panel."""

from collections.abc import Sequence
from typing import Any

from litestar import Router, get, post

from api.actor import Right
from api.conversation.commands import watch_ticket
from api.conversation.wire import NewComment
from api.db import Read
from api.errors import Problem
from api.installation.rules import InstallationSettings
from api.people.queries import list_agents
from api.tickets.commands.macro import apply_macro
from api.tickets.commands.status import change_status
from api.tickets.queries.beside import get_beside
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.wire import ClockState, MacroUse, StatusChange, Ticket
from api.web import words
from api.web.conflict import Conflicting
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.language import Translate
from api.web.next_step import next_step
from api.web.once import attach, do_once, say_once
from api.web.pages.queue import narrowing_of
from api.web.render import Toast, formats, show, speak
from api.web.story import files_by_comment, thread, why_assigned
from api.web.uploads import MAX_REQUEST_BYTES, KeptFile, read_upload

DEFAULTS = InstallationSettings()
PARTS = {"pane": ("pane",), "side": ("side", "head", "thread", "oob_trouble")}
"""A changed field never touches the composer, and what is being written in it."""


@get("/{number:str}", right=Right.TICKET_WORK, include_in_schema=False)
async def ticket(request: WebRequest, number: str) -> Page:
    """One ticket."""
    async with reading(request) as read:
        return await ticket_page(request, read, number, new_form())


@post(
    "/{number:str}/reply",
    right=Right.TICKET_COMMENT,
    include_in_schema=False,
    status_code=200,
    reads_files=True,
    request_max_body_size=MAX_REQUEST_BYTES,
)
async def reply(request: WebRequest, number: str) -> Page:
    """Answer the customer, and move the ticket if a status was chosen."""
    return await _say(request, number, "reply")


@post(
    "/{number:str}/note",
    right=Right.TICKET_WORK,
    include_in_schema=False,
    status_code=200,
    reads_files=True,
    request_max_body_size=MAX_REQUEST_BYTES,
)
async def note(request: WebRequest, number: str) -> Page:
    """Write for the team only, and move the ticket if a status was chosen."""
    return await _say(request, number, "note")


@post("/{number:str}/watch", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def watch(request: WebRequest, number: str) -> Page:
    """Hear of what happens to the ticket, or no more."""
    form = await read_form(request, speak(request))
    is_watching = form["watch"] == "1"
    async with writing(request) as tx:
        await watch_ticket(tx, await find_ticket_id(tx, number), is_watching=is_watching)
    return see(f"/tickets/{number}", "watched" if is_watching else "unwatched")


async def _say(request: WebRequest, number: str, mode: str) -> Page:
    sent = await read_upload(request)
    form = sent.form
    said = form.convert(NewComment, comment=form["comment"], is_internal=mode == "note")
    move_to = form.convert(StatusChange, status=form["status"]) if said and form["status"] else None
    if said is not None and not form.is_refused:
        try:
            async with writing(request) as tx:
                ticket_id = await find_ticket_id(tx, number)
                if macro_id := form.whole("macro_id"):
                    used = MacroUse(comment=said.comment, is_internal=said.is_internal)

                    async def use() -> int:
                        comment_id = await apply_macro(tx, ticket_id, macro_id, used)
                        await attach(tx, ticket_id, comment_id, sent.files)
                        return comment_id

                    is_new = await do_once(tx, f"apply_macro:{ticket_id}:{macro_id}", form.key, used, use)
                else:
                    is_new = await say_once(tx, ticket_id, form.key, said, sent.files)
                if move_to is not None and is_new:
                    await change_status(tx, ticket_id, move_to)
            return see(f"/tickets/{number}", "replied" if mode == "reply" else "noted")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await ticket_page(request, read, number, form, mode=mode, status=422, kept=sent.kept)


async def ticket_page(
    request: WebRequest,
    read: Read,
    number: str,
    form: Form,
    *,
    mode: str = "",
    status: int = 200,
    conflict: Conflicting | None = None,
    toast: Toast | None = None,
    kept: Sequence[KeptFile] = (),
) -> Page:
    """The page, in at most nine statements whatever the ticket holds."""
    found = await get_ticket(read, await find_ticket_id(read, number))
    _ = speak(request)
    agents = await list_agents(read)
    names = {agent.id: agent.name for agent in agents}
    beside = await get_beside(read, found.id, found.customer.id)
    drafts = {draft.mode: draft for draft in beside.drafts}
    latest = max(drafts.values(), key=lambda draft: draft.updated_at, default=None)
    is_from_a_view = "view" in request.query_params
    return await show(
        request, read, "ticket.html", status=status, parts=PARTS, toast=toast,
        ticket=found, form=form, here=f"/tickets/{found.number}", conflict=conflict,
        mode=mode or (latest.mode if latest else ""), drafts={"reply": drafts.get("reply"), "note": drafts.get("note")},
        shown=narrowing_of(request) if is_from_a_view else None,
        moves=[move for move in found.allowed_moves if move != "assigned" or found.assigned_agent],
        may_change=found.may_work, nearest=_nearest(found), thread=thread(found, names, _),
        is_mine=found.assigned_agent is not None and found.assigned_agent.id == actor_of(request).id,
        kept=kept, files=files_by_comment(found), beside=beside, acts=_acts(found, _), because=why_assigned(found, names, _),
        next_step=next_step(found, beside.auto_close_after_seconds or DEFAULTS.auto_close_after_seconds, formats(request)),
        **_choices(found, agents, _),
    )  # fmt: skip


def _acts(ticket: Ticket, _: Translate) -> list[tuple[str, str, str, str]]:
    """(path, key, icon, label) of what is done in a dialog."""
    if not ticket.may_work:
        return []
    is_done = ticket.status in ("resolved", "closed")
    return [
        *([] if is_done else [("escalate", "e", "siren", _("Escalate")), ("snooze", "", "moon", _("Snooze"))]),
        ("link", "", "link", _("Link to another ticket")),
        ("split", "", "split", _("Split")),
        ("merge", "", "merge", _("Merge into another ticket")),
    ]


def _choices(ticket: Ticket, agents: list[Any], _: Translate) -> dict[str, list[tuple[Any, str]]]:
    """What the selects of the side panel offer. What needs words or a reason has a dialog of its own."""
    moves = [
        move
        for move in ticket.allowed_moves
        if move not in ("resolved", "closed", "escalated") and (move != "assigned" or ticket.assigned_agent)
    ]
    return {
        "status_choices": [(value, _(words.STATUS[value].label)) for value in [ticket.status, *moves]],
        "priority_choices": [(value, _(word.label)) for value, word in words.PRIORITY.items()],
        "agent_choices": [("", _("Nobody")), *((agent.id, agent.name) for agent in agents)],
    }


def _nearest(ticket: Ticket) -> list[ClockState]:
    """The clocks for the head: what is over its time or due next, at most two."""
    waiting = [c for c in ticket.clocks if not c.met_at and c.due_at and not c.target.startswith("escalation")]
    return sorted(waiting, key=lambda clock: clock.due_at or ticket.created_at)[:2]


router = Router("/tickets", route_handlers=[ticket, reply, note, watch])
