"""What is done to a ticket in a dialog: a page of its own where there is no JavaScript."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.db import Read
from api.errors import Problem
from api.events.tx import Tx
from api.tickets.commands.escalate import escalate_ticket
from api.tickets.commands.link import link_tickets, unlink_tickets
from api.tickets.commands.merge import lock_two, merge_ticket, split_ticket
from api.tickets.commands.snooze import snooze_ticket
from api.tickets.commands.status import change_status
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.wire import Escalation, NewLink, Outcome, Split, StatusChange
from api.web.formats import zone_named
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.pages.act_choices import choices_of
from api.web.render import is_partial, show, speak
from api.web.words import N_

Command = Callable[[Tx, int, Form], Awaitable[int | None]]


class Act(NamedTuple):
    """Its title, the verb on its button, the message when it is done, and what it does; that returns the ticket to go to."""

    title: str
    verb: str
    done: str
    command: Command


async def _resolve(tx: Tx, ticket_id: int, form: Form) -> int | None:
    outcome = None
    amount = form["remedy_amount"].replace(",", ".") or None
    if form["outcome"] or form["root_cause_id"] or form["remedy"] or amount:
        outcome = form.convert(
            Outcome,
            outcome=form["outcome"] or None,
            root_cause_id=form.whole("root_cause_id"),
            remedy=form["remedy"] or None,
            remedy_amount=amount,
            # one stands there from the beginning, and says nothing without an amount
            remedy_currency=(form["remedy_currency"].upper() or None) if amount else None,
        )
    wanted = form.convert(StatusChange, status=form["status"], comment=form["comment"] or None)
    if wanted is not None:
        await change_status(tx, ticket_id, msgspec.structs.replace(wanted, outcome=outcome))
    return None


async def _escalate(tx: Tx, ticket_id: int, form: Form) -> int | None:
    wanted = form.convert(Escalation, reason=form["reason"], escalate_to=form.whole("escalate_to"))
    if wanted is not None:
        await escalate_ticket(tx, ticket_id, wanted)
    return None


async def _snooze(tx: Tx, ticket_id: int, form: Form) -> int | None:
    await snooze_ticket(tx, ticket_id, _until(form, tx.now, tx.actor.time_zone))
    return None


def _until(form: Form, now: datetime, zone: str) -> datetime | None:
    """The instant that was typed in the person's zone, else so many hours from now; None brings the ticket back."""
    try:
        if form["until"]:
            return datetime.fromisoformat(form["until"]).replace(tzinfo=zone_named(zone)).astimezone(UTC)
    except ValueError:
        form.refuse_field("until")
    hours = form.whole("span")
    return now + timedelta(hours=min(hours, 8_760)) if hours else None


async def _merge(tx: Tx, ticket_id: int, form: Form) -> int | None:
    into_id = await find_ticket_id(tx, form["to"])
    await merge_ticket(tx, ticket_id, into_id)
    return into_id


async def _link(tx: Tx, ticket_id: int, form: Form) -> int | None:
    wanted = form.convert(NewLink, to=form["to"], kind=form["kind"])
    if wanted is not None:
        this, other = await lock_two(tx, ticket_id, await find_ticket_id(tx, wanted.to))
        await link_tickets(tx, this.id, other.id, wanted.kind)
    return None


async def _split(tx: Tx, ticket_id: int, form: Form) -> int | None:
    wanted = form.convert(Split, comment_ids=form.wholes("comment_id"), subject=form["subject"])
    return await split_ticket(tx, ticket_id, wanted) if wanted is not None else None


ACTS = {
    "resolve": Act(N_("Resolve"), N_("Resolve and tell the customer"), "moved", _resolve),
    "escalate": Act(N_("Escalate this ticket"), N_("Escalate"), "escalated", _escalate),
    "snooze": Act(N_("Snooze"), N_("Snooze"), "snoozed", _snooze),
    "merge": Act(N_("Merge into another ticket"), N_("Merge"), "merged", _merge),
    "link": Act(N_("Link to another ticket"), N_("Link"), "linked", _link),
    "split": Act(N_("Split"), N_("Open the new ticket"), "split", _split),
}


class _Refused(Exception):
    """The form has problems: nothing is to be written."""


async def show_act(request: WebRequest, number: str, kind: str, form: Form, *, status: int = 200) -> Page:
    """The form, in whatever frame."""
    act, _ = ACTS[kind], speak(request)
    async with reading(request) as read:
        return await _page(request, read, number, kind, form, _(act.title), _(act.verb), status)


async def carry_out(request: WebRequest, number: str, kind: str) -> Page:
    """Do it and go to the ticket, or show the form again with what is wrong."""
    form = await read_form(request, speak(request))
    status = 422
    try:
        async with writing(request) as tx:
            ticket_id = await find_ticket_id(tx, number)
            leads_to = await ACTS[kind].command(tx, ticket_id, form)
            if form.is_refused:
                raise _Refused
            target = (await get_ticket(tx, leads_to)).number if leads_to else number
        return see(f"/tickets/{target}", ACTS[kind].done)
    except _Refused:
        pass
    except Problem as problem:
        form.refuse(problem)
        status = problem.status
    page = await show_act(request, number, kind, form, status=status)
    page.headers.update({"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML"})
    return page


async def _page(
    request: WebRequest, read: Read, number: str, kind: str, form: Form, title: str, verb: str, status: int
) -> Page:
    ticket = await get_ticket(read, await find_ticket_id(read, number))
    known: dict[str, Any] = await choices_of(read, kind, ticket, speak(request))
    return await show(
        request, read, "act.html", status=status, parts={"*": ("act",)},
        ticket=ticket, here=f"/tickets/{ticket.number}", kind=kind, form=form, title=title, verb=verb,
        in_dialog=is_partial(request), me=actor_of(request).id, **known,
    )  # fmt: skip


def _handlers(kind: str) -> list[Any]:
    @get(f"/{{number:str}}/{kind}", right=Right.TICKET_WORK, include_in_schema=False, name=f"ask_{kind}")
    async def ask(request: WebRequest, number: str) -> Page:
        return await show_act(request, number, kind, new_form(remedy_currency="EUR" if kind == "resolve" else ""))

    @post(
        f"/{{number:str}}/{kind}", right=Right.TICKET_WORK, include_in_schema=False, status_code=200, name=f"do_{kind}"
    )
    async def do(request: WebRequest, number: str) -> Page:
        return await carry_out(request, number, kind)

    return [ask, do]


@get("/{number:str}/why", right=Right.TICKET_WORK, include_in_schema=False)
async def why(request: WebRequest, number: str) -> Page:
    """Why this agent: the scores when the routing chose, and as they are now."""
    async with reading(request) as read:
        return await _page(request, read, number, "why", new_form(), speak(request)("Why this agent?"), "", 200)


@post("/{number:str}/unlink", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def unlink(request: WebRequest, number: str) -> Page:
    """Take a link away."""
    form = await read_form(request, speak(request))
    async with writing(request) as tx:
        this, other = await lock_two(tx, await find_ticket_id(tx, number), await find_ticket_id(tx, form["to"]))
        await unlink_tickets(tx, this.id, other.id, form["kind"])
    return see(f"/tickets/{number}", "unlinked")


router = Router("/tickets", route_handlers=[why, unlink, *(each for kind in ACTS for each in _handlers(kind))])
