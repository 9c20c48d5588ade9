"""Organisations: customers that belong together."""

from litestar import Router

from api.organisations.commands import create_organisation, update_organisation
from api.organisations.queries import get_organisation, list_organisations
from api.organisations.wire import NewOrganisation, OrganisationPatch
from api.web.pages.admin.fields import Field
from api.web.pages.admin.screen import PER_PAGE, Asked, Listing, Row, Screen, handlers
from api.web.words import N_


async def _rows(asked: Asked) -> Listing:
    found = await list_organisations(asked.read, page=asked.page, limit=PER_PAGE)
    return Listing(
        rows=[
            Row(
                id=one.id,
                cells=(
                    one.name,
                    ", ".join(one.domains),
                    asked.f.count(one.member_count),
                    asked._("Yes") if one.is_shared else "",
                ),
                is_active=one.is_active,
            )
            for one in found.organisations
        ],
        has_more=asked.page < found.pagination.total_pages,
    )


SCREEN = Screen(
    path="organisations",
    entity="organisation",
    title=N_("Organisations"),
    about=N_("Who gets an account with an address at one of its domains becomes a member; confirm that on their page."),
    add=N_("New organisation"),
    icon="house",
    columns=(N_("Organisation"), N_("Domains"), N_("Members"), N_("Shared")),
    fields=(
        Field("name", N_("Name"), is_required=True, max_length=100),
        Field("domains", N_("Domains"), "lines", N_("One on each line, such as acme.example.")),
        Field(
            "is_shared",
            N_("Members read each other's complaints"),
            "check",
            N_("Confirmed members only, and only while the settings allow it."),
        ),
        Field("is_active", N_("In use"), "check"),
    ),
    new=NewOrganisation,
    patch=OrganisationPatch,
    rows=_rows,
    find=get_organisation,
    create=create_organisation,
    update=update_organisation,
)

router = Router("/", route_handlers=handlers(SCREEN))
