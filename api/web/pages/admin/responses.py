"""Responses: canned words, macros, and known answers."""

from typing import Any

import msgspec
from litestar import Router, post

from api.actor import Right
from api.canned.commands import create_canned_response, remove_canned_response, update_canned_response
from api.canned.queries import get_canned_response, list_canned_responses
from api.canned.rules import VARIABLES
from api.canned.wire import CannedResponse, CannedResponsePatch, Changes, NewCannedResponse
from api.db import Read
from api.people.queries import list_agents, list_teams
from api.web import words
from api.web.forms import Form
from api.web.http import Page, WebRequest, see, writing
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field, fields_of, filled, values_of
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers
from api.web.variables import variable_names
from api.web.words import N_

SCOPES = {"global": N_("Everybody"), "team": N_("A team"), "personal": N_("Only I")}
CHANGES = (
    Field("status", N_("Status"), "choice", group=N_("A macro changes the ticket, too")),
    Field("priority", N_("Priority"), "choice"),
    Field("agent_id", N_("Agent"), "choice"),
    Field("to_team_id", N_("Team"), "choice"),
    Field("add_tags", N_("Add tags"), "words", N_("With commas between them")),
    Field("remove_tags", N_("Remove tags"), "words", N_("With commas between them")),
)
FIELDS = (
    Field("title", N_("Title"), is_required=True, max_length=120),
    Field("shortcut", N_("Shortcut"), hint=N_("What follows / in the composer"), is_null_when_empty=True, max_length=31),
    Field("scope", N_("Who uses it"), "choice", is_required=True),
    Field("team_id", N_("Of which team"), "choice", N_("For a team's responses")),
    Field("body", N_("Words"), "long", N_("Markdown with the variables below"), is_required=True),
    Field("is_published", N_("A known answer: customers find it before they complain"), "check", N_("For everybody's responses without variables.")),
)  # fmt: skip
TAKE = "take"


async def _rows(asked: Asked) -> Listing:
    _, teams = asked._, {team.id: team.name for team in await list_teams(asked.read, with_inactive=True)}
    return Listing(
        rows=[
            Row(
                id=one.id,
                cells=(
                    one.title,
                    f"/{one.shortcut}" if one.shortcut else "",
                    teams.get(one.team_id or 0) or _(SCOPES[one.scope]),
                    _("Macro") if one.changes != Changes() else _("Known answer") if one.is_published else "",
                ),
            )
            for one in await list_canned_responses(asked.read, asked.narrowed.get("q"), None)
        ]
    )


async def _choices(read: Read, _: Translate) -> Choices:
    teams = [(team.id, team.name) for team in await list_teams(read)]
    as_it_is = [("", _("as it is"))]
    agents = [(agent.id, agent.name) for agent in await list_agents(read)]
    return {
        "scope": [(scope, _(label)) for scope, label in SCOPES.items()],
        "team_id": [("", _("none")), *teams],
        "to_team_id": [*as_it_is, *teams],
        "agent_id": [*as_it_is, (TAKE, _("Whoever uses it")), *agents],
        "status": [*as_it_is, *((value, _(word.label)) for value, word in words.STATUS.items())],
        "priority": [*as_it_is, *((value, _(word.label)) for value, word in words.PRIORITY.items())],
    }


def _fill(response: CannedResponse, _: Translate) -> Form:
    changes = response.changes
    source = msgspec.structs.asdict(response) | msgspec.structs.asdict(changes)
    agent_id = TAKE if changes.is_taken else changes.agent_id
    return filled((*FIELDS, *CHANGES), source | {"agent_id": agent_id, "to_team_id": changes.team_id, "team_id": response.team_id}, _)  # fmt: skip


def _make(form: Form, kind: type[Any], response: CannedResponse | None) -> Any:
    said = {name: value for name, value in values_of(form, CHANGES).items() if value is not None}
    said |= {"team_id": said.pop("to_team_id")} if "to_team_id" in said else {}
    said |= {"is_taken": True} if said.get("agent_id") == TAKE and said.pop("agent_id") else {}
    changes = form.convert(Changes, **said)
    made = form.convert(kind, **values_of(form, fields_of(FIELDS, kind)))
    return None if made is None or changes is None else msgspec.structs.replace(made, changes=changes)


async def _more(read: Read, response: CannedResponse | None, _: Translate) -> dict[str, Any]:
    return {"variables": variable_names(VARIABLES), "changed_fields": CHANGES}


SCREEN = Screen(
    path="responses",
    entity="canned_response",
    title=N_("Responses"),
    about=N_("Words to insert with / in the composer. A macro also changes the ticket; a known answer is shown to customers."),
    add=N_("New response"),
    icon="reply",
    columns=(N_("Title"), N_("Shortcut"), N_("Who uses it"), N_("Kind")),
    fields=FIELDS,
    new=NewCannedResponse,
    patch=CannedResponsePatch,
    rows=_rows,
    find=get_canned_response,
    create=create_canned_response,
    update=update_canned_response,
    choices=_choices,
    fill=_fill,
    make=_make,
    more=_more,
    defaults=lambda: {"scope": "global"},
    filters=(Field("q", N_("Title or shortcut")),),
    template="admin/response.html",
    named_by="title",
)  # fmt: skip


@post("/responses/{thing_id:int}/remove", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def remove(request: WebRequest, thing_id: int) -> Page:
    """Drop the response."""
    async with writing(request) as tx:
        await remove_canned_response(tx, thing_id)
    return see("/admin/responses", "removed")


router = Router("/", route_handlers=[*handlers(SCREEN), remove])
