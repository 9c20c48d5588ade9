"""Subject areas: what complaints are about, and who answers them."""

from litestar import Router

from api.db import Read
from api.people.commands.subjects import create_category, update_category
from api.people.queries import get_category, list_categories, list_skills, list_teams
from api.people.wire import CategoryPatch, NewCategory
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers
from api.web.words import N_


async def _rows(asked: Asked) -> Listing:
    teams = {team.id: team.name for team in await list_teams(asked.read, with_inactive=True)}
    skills = {skill.id: skill.name for skill in await list_skills(asked.read)}
    return Listing(
        rows=[
            Row(
                id=area.id,
                cells=(area.name, teams.get(area.team_id or 0, ""), skills.get(area.skill_id or 0, "")),
                is_active=area.is_active,
                indent=area.path.count(" / "),
            )
            for area in await list_categories(asked.read, with_inactive=True)
        ]
    )


async def _choices(read: Read, _: Translate) -> Choices:
    nothing = [("", _("none"))]
    return {
        "parent_id": [*nothing, *((area.id, area.path) for area in await list_categories(read, with_inactive=True))],
        "team_id": [*nothing, *((team.id, team.name) for team in await list_teams(read))],
        "skill_id": [*nothing, *((skill.id, skill.name) for skill in await list_skills(read))],
    }


SCREEN = Screen(
    path="categories",
    entity="category",
    title=N_("Subject areas"),
    about=N_("Customers choose one when they complain; it sends the complaint to a team and asks for a skill."),
    add=N_("New subject area"),
    icon="layers",
    columns=(N_("Subject area"), N_("Team"), N_("Skill")),
    fields=(
        Field("name", N_("Name"), is_required=True, max_length=100),
        Field("parent_id", N_("Part of"), "choice"),
        Field("team_id", N_("Team"), "choice"),
        Field("skill_id", N_("Skill"), "choice"),
        Field("is_active", N_("In use"), "check", N_("Out of use it is offered to nobody, nor are those below it.")),
    ),
    new=NewCategory,
    patch=CategoryPatch,
    rows=_rows,
    find=get_category,
    create=create_category,
    update=update_category,
    choices=_choices,
)

router = Router("/", route_handlers=handlers(SCREEN))
