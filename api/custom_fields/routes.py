"""`/api/custom-fields`: read by whoever fills them in, kept by administrators."""

from typing import Annotated

from litestar import Router, get, patch, post
from litestar.params import Parameter

from api.actor import Right
from api.custom_fields import commands, queries
from api.custom_fields.wire import CustomField, CustomFieldPatch, CustomFields, NewCustomField
from api.db import Read
from api.events.tx import Tx

Key = Annotated[int, Parameter(ge=1, le=2**63 - 1)]


@get("/", right=Right.TICKET_READ, operation_id="list_custom_fields", summary="List custom fields")
async def list_custom_fields(read: Read) -> CustomFields:
    """The fields of tickets in their order: customers get theirs, administrators the inactive ones too."""
    return CustomFields(await queries.list_custom_fields(read, with_inactive=read.actor.role == "admin"))


@post("/", right=Right.ADMIN, operation_id="create_custom_field", summary="Add a custom field")
async def create_custom_field(tx: Tx, data: NewCustomField) -> CustomField:
    """Add a field to tickets; its key is for good."""
    return await queries.get_custom_field(tx, await commands.create_custom_field(tx, data))


@patch("/{field_id:int}", right=Right.ADMIN, operation_id="update_custom_field", summary="Change a custom field")
async def update_custom_field(tx: Tx, field_id: Key, data: CustomFieldPatch) -> CustomField:
    """Change the fields named; what would lose values answers 409 with how many tickets have them."""
    await commands.update_custom_field(tx, field_id, data)
    return await queries.get_custom_field(tx, field_id)


router = Router(
    "/api/custom-fields",
    tags=["Custom fields"],
    route_handlers=[list_custom_fields, create_custom_field, update_custom_field],
)
