"""Custom fields: what else is asked of a complaint."""

from litestar import Router

from api.custom_fields.commands import create_custom_field, update_custom_field
from api.custom_fields.queries import get_custom_field, list_custom_fields
from api.custom_fields.wire import CustomFieldPatch, NewCustomField
from api.db import Read
from api.web.language import Translate
from api.web.pages.admin.fields import Choices, Field
from api.web.pages.admin.screen import Asked, Listing, Row, Screen, handlers
from api.web.words import N_

TYPES = {
    "text": N_("A line of text"),
    "textarea": N_("Text"),
    "number": N_("A number"),
    "date": N_("A day"),
    "select": N_("One of several"),
    "multiselect": N_("Some of several"),
    "checkbox": N_("Yes or no"),
}


async def _rows(asked: Asked) -> Listing:
    _ = asked._
    return Listing(
        rows=[
            Row(
                id=field.id,
                cells=(
                    field.name,
                    field.key,
                    _(TYPES[field.type]),
                    _("Customers and agents") if field.is_for_customers else _("Agents"),
                    _("Yes") if field.is_required else "",
                ),
                is_active=field.is_active,
            )
            for field in await list_custom_fields(asked.read, with_inactive=True)
        ]
    )


async def _choices(read: Read, _: Translate) -> Choices:
    return {"type": [(kind, _(label)) for kind, label in TYPES.items()]}


SCREEN = Screen(
    path="custom-fields",
    entity="custom_field",
    title=N_("Custom fields"),
    about=N_("Fields that a complaint has beside its own. Type and options stay while complaints have values in them."),
    add=N_("New field"),
    icon="pen-line",
    columns=(N_("Name"), N_("Key"), N_("Type"), N_("Who sees it"), N_("Required")),
    fields=(
        Field(
            "key", N_("Key"), hint=N_("For programs, such as order_number. It never changes."), is_required=True, max_length=40
        ),
        Field("name", N_("Name"), is_required=True, max_length=100),
        Field("type", N_("Type"), "choice", is_required=True),
        Field("options", N_("Options"), "lines", N_("One on each line, for fields of which one chooses.")),
        Field("is_required", N_("Required"), "check", N_("Customers fill it in as they complain, agents before they resolve.")),
        Field("is_for_customers", N_("Customers see it"), "check"),
        Field("position", N_("Place in the order"), "number"),
        Field("is_active", N_("In use"), "check", N_("Out of use it is shown to nobody and keeps its values.")),
    ),
    new=NewCustomField,
    patch=CustomFieldPatch,
    rows=_rows,
    find=get_custom_field,
    create=create_custom_field,
    update=update_custom_field,
    choices=_choices,
)  # fmt: skip

router = Router("/", route_handlers=handlers(SCREEN))
