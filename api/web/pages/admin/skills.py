"""Skills: what it takes to answer."""

from litestar import Router

from api.db import Read
from api.errors import NotFound
from api.people.commands.subjects import create_skill, rename_skill
from api.people.queries import list_skills
from api.people.wire import NewSkill, Skill
from api.web.pages.admin.fields import Field
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers
from api.web.words import N_


async def _rows(asked: Asked) -> Listing:
    return Listing(rows=[Row(id=skill.id, cells=(skill.name,)) for skill in await list_skills(asked.read)])


async def _find(read: Read, skill_id: int) -> Skill:
    found = next((skill for skill in await list_skills(read) if skill.id == skill_id), None)
    if found is None:
        raise NotFound("skill.not_found", "There is no such skill.")
    return found


SCREEN = Screen(
    path="skills",
    entity="skill",
    title=N_("Skills"),
    about=N_("The routing prefers who has the skill that a subject area asks for. Say on a person's page how well."),
    add=N_("New skill"),
    icon="list-checks",
    columns=(N_("Skill"),),
    fields=(Field("name", N_("Name"), is_required=True, max_length=100),),
    new=NewSkill,
    patch=NewSkill,
    rows=_rows,
    find=_find,
    create=create_skill,
    update=rename_skill,
)

router = Router("/", route_handlers=handlers(SCREEN))
