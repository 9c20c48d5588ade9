"""`/api/organisations`: read by staff, kept by administrators."""

from typing import Annotated

from litestar import Router, get, patch, post
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.organisations import commands, queries
from api.organisations.wire import NewOrganisation, Organisation, OrganisationPage, OrganisationPatch

Key = Annotated[int, Parameter(ge=1, le=2**63 - 1)]


@get("/", right=Right.DIRECTORY_READ, operation_id="list_organisations", summary="List organisations")
async def list_organisations(read: Read, page: int = 1, limit: int = 20) -> OrganisationPage:
    """Organisations by name, inactive ones too."""
    return await queries.list_organisations(read, page=page, limit=limit)


@get(
    "/{organisation_id:int}",
    right=Right.DIRECTORY_READ,
    operation_id="get_organisation",
    summary="Read an organisation",
)
async def get_organisation(read: Read, organisation_id: Key) -> Organisation:
    """One organisation, with how many members it has."""
    return await queries.get_organisation(read, organisation_id)


@post("/", right=Right.ADMIN, operation_id="create_organisation", summary="Make an organisation")
async def create_organisation(tx: Tx, data: NewOrganisation) -> Organisation:
    """Make an organisation; whoever gets an account at its domains from now on is a member."""
    return await queries.get_organisation(tx, await commands.create_organisation(tx, data))


@patch(
    "/{organisation_id:int}", right=Right.ADMIN, operation_id="update_organisation", summary="Change an organisation"
)
async def update_organisation(tx: Tx, organisation_id: Key, data: OrganisationPatch) -> Organisation:
    """Change the fields named."""
    await commands.update_organisation(tx, organisation_id, data)
    return await queries.get_organisation(tx, organisation_id)


router = Router(
    "/api/organisations",
    tags=["People"],
    route_handlers=[list_organisations, get_organisation, create_organisation, update_organisation],
)
