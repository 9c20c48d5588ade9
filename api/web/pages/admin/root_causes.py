"""Root causes: why complaints happened."""

from litestar import Router

from api.db import Read
from api.errors import NotFound
from api.tickets.commands.causes import create_root_cause, update_root_cause
from api.tickets.queries.causes import list_root_causes
from api.tickets.wire import NewRootCause, RootCause, RootCausePatch
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers
from api.web.words import N_


async def _rows(asked: Asked) -> Listing:
    causes = await list_root_causes(asked.read)
    return Listing(
        rows=[
            Row(id=cause.id, cells=(cause.name,), is_active=cause.is_active, indent=len(cause.path) - 1)
            for cause in causes
        ]
    )


async def _find(read: Read, cause_id: int) -> RootCause:
    found = next((cause for cause in await list_root_causes(read) if cause.id == cause_id), None)
    if found is None:
        raise NotFound("root_cause.not_found", "There is no such root cause.")
    return found


async def _choices(read: Read, _: Translate) -> Choices:
    return {
        "parent_id": [("", _("none")), *((cause.id, " / ".join(cause.path)) for cause in await list_root_causes(read))]
    }


SCREEN = Screen(
    path="root-causes",
    entity="root_cause",
    title=N_("Root causes"),
    about=N_("Agents say why it happened when they resolve a complaint. Those out of use stay on the complaints they are on."),
    add=N_("New root cause"),
    icon="split",
    columns=(N_("Root cause"),),
    fields=(
        Field("name", N_("Name"), is_required=True, max_length=100),
        Field("parent_id", N_("Part of"), "choice"),
        Field("is_active", N_("In use"), "check"),
    ),
    new=NewRootCause,
    patch=RootCausePatch,
    rows=_rows,
    find=_find,
    create=create_root_cause,
    update=update_root_cause,
    choices=_choices,
)  # fmt: skip

router = Router("/", route_handlers=handlers(SCREEN))
