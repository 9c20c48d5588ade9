"""Teams, and who is in them."""

from typing import Any

from litestar import Router, post

from api.actor import Right
from api.auth.authenticate import forget
from api.db import Read
from api.events.tx import Tx
from api.people.commands.teams import add_member, create_team, remove_member, update_team
from api.people.queries import get_team, list_agents, list_members, list_teams
from api.people.wire import NewMember, NewTeam, Team, TeamPatch
from api.web.forms import read_form
from api.web.http import Page, WebRequest, see, writing
from api.web.language import Translate
from api.web.pages.admin.fields import Field
from api.web.pages.admin.screen import Asked, Listing, Refused, Row, Screen, attempt, handlers, show_form
from api.web.render import speak
from api.web.words import N_


async def _rows(asked: Asked) -> Listing:
    return Listing(
        rows=[
            Row(
                id=team.id,
                cells=(team.name, team.description, asked.f.count(team.member_count)),
                is_active=team.is_active,
            )
            for team in await list_teams(asked.read, with_inactive=True)
        ]
    )


async def _members(read: Read, team: Team | None, _: Translate) -> dict[str, Any]:
    if team is None:
        return {}
    members = await list_members(read, team.id)
    inside = {member.user_id for member in members}
    return {
        "members": members,
        "others": [(agent.id, agent.name) for agent in await list_agents(read) if agent.id not in inside],
    }


SCREEN = Screen(
    path="teams",
    entity="team",
    title=N_("Teams"),
    about=N_("A ticket is in a team's queue until one of its members takes it. A team's lead hears of escalations."),
    add=N_("New team"),
    icon="users",
    columns=(N_("Team"), N_("What it does"), N_("Members")),
    fields=(
        Field("name", N_("Name"), is_required=True, max_length=100),
        Field("description", N_("What it does"), "long"),
        Field("is_active", N_("In use"), "check"),
    ),
    new=NewTeam,
    patch=TeamPatch,
    rows=_rows,
    find=get_team,
    create=create_team,
    update=update_team,
    more=_members,
    template="admin/team.html",
)


@post("/teams/{thing_id:int}/members", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def put_in(request: WebRequest, thing_id: int) -> Page:
    """Put an agent into the team, or make them its lead."""
    form = await read_form(request, speak(request))
    wanted = form.convert(NewMember, user_id=form.whole("user_id"), role=form["role"] or "member")

    async def work(tx: Tx) -> bool:
        if wanted is None:
            raise Refused
        await add_member(tx, thing_id, wanted)
        return True

    done, status = await attempt(request, form, work)
    if done is None or wanted is None:
        return await show_form(request, SCREEN, thing_id, None, status=status, member_form=form)
    forget(request.app.state, wanted.user_id)
    return see(f"/admin/teams/{thing_id}", "saved")


@post("/teams/{thing_id:int}/members/{user_id:int}/remove", right=Right.ADMIN, include_in_schema=False, status_code=200)
async def take_out(request: WebRequest, thing_id: int, user_id: int) -> Page:
    """Take somebody out of the team; their tickets stay theirs."""
    async with writing(request) as tx:
        await remove_member(tx, thing_id, user_id)
    forget(request.app.state, user_id)
    return see(f"/admin/teams/{thing_id}", "saved")


router = Router("/", route_handlers=[*handlers(SCREEN), put_in, take_out])
