"""Change a ticket's fields on the version one saw; when somebody was faster, show both and ask."""

from typing import Any

import msgspec
from litestar import Router, get, post

from api.actor import Right
from api.db import Read
from api.errors import Problem
from api.people.queries import list_categories, list_skills, list_teams
from api.tickets.commands.change import update_ticket
from api.tickets.queries.detail import find_ticket_id, get_ticket
from api.tickets.wire import Ticket, TicketPatch
from api.web import words
from api.web.forms import Form, new_form, read_form
from api.web.http import Page, WebRequest, reading, see, writing
from api.web.language import Translate
from api.web.render import show, speak
from api.web.words import N_

FIELDS = {
    "subject": N_("Subject"),
    "description": N_("Description"),
    "priority": N_("Priority"),
    "category_id": N_("Subject area"),
    "team_id": N_("Team"),
    "skill_id": N_("Skill"),
    "tags": N_("Tags"),
}
Choices = dict[str, list[tuple[Any, str]]]


class Difference(msgspec.Struct, frozen=True):
    """A field that reads otherwise now than in the form."""

    label: str
    theirs: str
    yours: str


@get("/{number:str}/edit", right=Right.TICKET_WORK, include_in_schema=False)
async def edit_fields(request: WebRequest, number: str) -> Page:
    """The fields as they are."""
    async with reading(request) as read:
        ticket = await get_ticket(read, await find_ticket_id(read, number))
        return await _page(request, read, ticket, new_form(**_values(ticket)))


@post("/{number:str}/edit", right=Right.TICKET_WORK, include_in_schema=False, status_code=200)
async def save_fields(request: WebRequest, number: str) -> Page:
    """Write what differs."""
    form = await read_form(request, speak(request))
    wanted = form.convert(
        TicketPatch,
        version=form.whole("version") or 0,
        subject=form["subject"],
        description=form["description"],
        priority=form["priority"],
        category_id=form.whole("category_id"),
        team_id=form.whole("team_id"),
        skill_id=form.whole("skill_id"),
        tags=[tag.strip() for tag in form["tags"].split(",") if tag.strip()],
    )
    stale, status = False, 422
    if wanted is not None:
        try:
            async with writing(request) as tx:
                await update_ticket(tx, await find_ticket_id(tx, number), wanted)
            return see(f"/tickets/{number}", "saved")
        except Problem as problem:
            stale, status = problem.code == "ticket.stale", problem.status
            if not stale:
                form.refuse(problem)
    async with reading(request) as read:
        ticket = await get_ticket(read, await find_ticket_id(read, number))
        return await _page(request, read, ticket, form, stale=stale, status=status)


async def _page(
    request: WebRequest, read: Read, ticket: Ticket, form: Form, *, stale: bool = False, status: int = 200
) -> Page:
    _ = speak(request)
    choices = await _choices(read, _)
    return await show(
        request, read, "ticket_fields.html", status=status,
        ticket=ticket, form=form, differences=_differences(ticket, form, choices, _) if stale else [],
        priorities=choices["priority"], categories=choices["category_id"], teams=choices["team_id"],
        skills=choices["skill_id"],
    )  # fmt: skip


async def _choices(read: Read, _: Translate) -> Choices:
    nothing = [("", _("none"))]
    return {
        "priority": [(value, _(word.label)) for value, word in words.PRIORITY.items()],
        "category_id": [*nothing, *((area.id, area.path) for area in await list_categories(read))],
        "team_id": [*nothing, *((team.id, team.name) for team in await list_teams(read))],
        "skill_id": [*nothing, *((skill.id, skill.name) for skill in await list_skills(read))],
    }


def _values(ticket: Ticket) -> dict[str, str]:
    return {
        "subject": ticket.subject,
        "description": ticket.description,
        "priority": ticket.priority,
        "category_id": str(ticket.category.id) if ticket.category else "",
        "team_id": str(ticket.team.id) if ticket.team else "",
        "skill_id": str(ticket.skill.id) if ticket.skill else "",
        "tags": ", ".join(ticket.tags),
    }


def _differences(ticket: Ticket, form: Form, choices: Choices, _: Translate) -> list[Difference]:
    theirs = _values(ticket)
    return [
        Difference(_(label), _shown(choices, name, theirs[name]), _shown(choices, name, form[name]))
        for name, label in FIELDS.items()
        if form[name] != theirs[name]
    ]


def _shown(choices: Choices, name: str, value: str) -> str:
    return next((label for key, label in choices.get(name, []) if str(key) == value), value)


router = Router("/tickets", route_handlers=[edit_fields, save_fields])
