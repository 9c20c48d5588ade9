"""The agent's ticket: conversation and events in one thread, two composers, the side panel."""

from typing import Any

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.conversation.wire import NewComment
from api.db import Read
from api.errors import Problem
from api.people.queries import list_agents
from api.routing.queries import list_candidates
from api.routing.wire import RoutingCandidate
from api.tickets.commands.assign import assign_ticket
from api.tickets.commands.escalate import escalate_ticket
from api.tickets.commands.status import change_status
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.wire import Assignment, ClockState, Escalation, StatusChange, Ticket
from api.web import words
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, actor_of, reading, see, writing
from api.web.language import Translate
from api.web.once import say_once
from api.web.pages.queue import known_view
from api.web.render import show, speak
from api.web.story import last_candidates, thread


class Choice(msgspec.Struct, frozen=True):
    """An agent to assign to; `load` is active tickets of capacity, where routing knows them."""

    id: int
    name: str
    load: str


class Score(msgspec.Struct, frozen=True):
    """A row of the table that answers why this agent."""

    name: str
    active: int
    critical: int
    proficiency: int
    score: int
    remark: str
    is_chosen: bool


@get("/{number:str}", right=Right.TICKET_WORK, include_in_schema=False)
async def ticket(request: WebRequest, number: str) -> Page:
    """One ticket."""
    async with reading(request) as read:
        return await ticket_page(request, read, number, new_form())


@post("/{number:str}/reply", right=Right.TICKET_COMMENT, include_in_schema=False, status_code=200)
async def reply(request: WebRequest, number: str) -> Page:
    """Answer the customer, and move the ticket if a status was chosen."""
    return await _say(request, number, "reply")


@post("/{number:str}/note", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def note(request: WebRequest, number: str) -> Page:
    """Write for the team only, and move the ticket if a status was chosen."""
    return await _say(request, number, "note")


@post("/{number:str}/status", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def move(request: WebRequest, number: str) -> Page:
    """Move the ticket."""
    form = await read_form(request, speak(request))
    wanted = form.convert(StatusChange, status=form["status"], version=form.whole("version"))
    return await _act(request, number, form, change_status, wanted, "status", "moved")


@post("/{number:str}/assign", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def assign(request: WebRequest, number: str) -> Page:
    """Give the ticket to an agent, take it, or hand it back."""
    form = await read_form(request, speak(request))
    agent_id = form.whole("agent_id")
    done = "handed_back" if agent_id is None else "taken" if agent_id == actor_of(request).id else "assigned"
    return await _act(request, number, form, assign_ticket, form.convert(Assignment, agent_id=agent_id), "assign", done)


@post("/{number:str}/escalate", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def escalate(request: WebRequest, number: str) -> Page:
    """Escalate the ticket one level."""
    form = await read_form(request, speak(request))
    wanted = form.convert(Escalation, reason=form["reason"], escalate_to=form.whole("escalate_to"))
    return await _act(request, number, form, escalate_ticket, wanted, "escalate", "escalated")


async def _say(request: WebRequest, number: str, mode: str) -> Page:
    form = await read_form(request, speak(request))
    said = form.convert(NewComment, comment=form["comment"], is_internal=mode == "note")
    move_to = form.convert(StatusChange, status=form["status"]) if said and form["status"] else None
    if said is not None and not form.is_refused:
        try:
            async with writing(request) as tx:
                ticket_id = await find_ticket_id(tx, number)
                is_new = await say_once(tx, ticket_id, form.key, said)
                if move_to is not None and is_new:
                    await change_status(tx, ticket_id, move_to)
            return see(f"/tickets/{number}", "replied" if mode == "reply" else "noted")
        except Problem as problem:
            form.refuse(problem)
    async with reading(request) as read:
        return await ticket_page(request, read, number, form, mode=mode, status=422)


async def _act(request: WebRequest, number: str, form: Form, command: Any, wanted: Any, mode: str, done: str) -> Page:
    """Run a command on the ticket and go back to it, or show it again with the refusal."""
    status = 422
    if wanted is not None:
        try:
            async with writing(request) as tx:
                await command(tx, await find_ticket_id(tx, number), wanted)
            return see(f"/tickets/{number}", done)
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    async with reading(request) as read:
        return await ticket_page(request, read, number, form, mode=mode, status=status)


async def ticket_page(
    request: WebRequest, read: Read, number: str, form: Form, *, mode: str = "", status: int = 200
) -> Page:
    """The page, in at most nine statements whatever the ticket holds."""
    found = await get_ticket(read, await find_ticket_id(read, number))
    _ = speak(request)
    candidates = await list_candidates(read, found.id)
    agents = await list_agents(read)
    names = {agent.id: agent.name for agent in agents} | {c.agent_id: c.name for c in candidates}
    loads = {c.agent_id: f"{c.active_tickets}/{c.capacity}" for c in candidates}
    return await show(
        request, read, "ticket.html", status=status,
        ticket=found, form=form, mode=mode, here=f"/tickets/{found.number}",
        view=known_view(request.query_params.get("view")), views=words.VIEW,
        moves=[move for move in found.allowed_moves if move != "assigned" or found.assigned_agent],
        may_change=found.may_work, nearest=_nearest(found), thread=thread(found, names, _),
        agents=[Choice(agent.id, agent.name, loads.get(agent.id, "")) for agent in agents],
        candidates=[_live(candidate, _) for candidate in candidates], chosen=_chosen(found, names),
    )  # fmt: skip


def _nearest(ticket: Ticket) -> list[ClockState]:
    """The clocks for the head: what is over its time or due next, at most two."""
    waiting = [c for c in ticket.clocks if not c.met_at and c.due_at and not c.target.startswith("escalation")]
    return sorted(waiting, key=lambda clock: clock.due_at or ticket.created_at)[:2]


def _live(candidate: RoutingCandidate, _: Translate) -> Score:
    remark = ""
    if candidate.availability != "available":
        remark = _(words.AVAILABILITY[candidate.availability].label)
    elif not candidate.is_free:
        remark = _("At capacity")
    return Score(
        name=candidate.name,
        active=candidate.active_tickets,
        critical=candidate.critical_tickets,
        proficiency=candidate.proficiency,
        score=candidate.score,
        remark=remark,
        is_chosen=False,
    )


def _chosen(ticket: Ticket, names: dict[int, str]) -> list[Score]:
    return [
        Score(
            name=names.get(row["agent_id"], f"#{row['agent_id']}"),
            active=row["active_tickets"],
            critical=row["critical_tickets"],
            proficiency=row["proficiency"],
            score=row["score"],
            remark="",
            is_chosen=n == 0,
        )
        for n, row in enumerate((last_candidates(ticket) or {}).get("candidates", [])[:5])
    ]


router = Router("/tickets", route_handlers=[ticket, reply, note, move, assign, escalate])
