"""What crosses the network about custom fields."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.custom_fields.rules import KEY, Type

Key = Annotated[str, Meta(pattern=KEY, description="Never changes", examples=["order_number"])]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S", examples=["Order number"])]
Option = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\s\0]([^\0]*[^\s\0])?$")]
Options = Annotated[list[Option], Meta(max_length=100)]
Values = Annotated[
    dict[
        Annotated[str, Meta(max_length=40)],
        Annotated[str, Meta(max_length=5_000)]
        | float
        | int
        | bool
        | Annotated[list[Option], Meta(max_length=100)]
        | None,
    ],
    Meta(max_length=200, description="By key; null empties a field", examples=[{"order_number": "4711"}]),
]
Position = Annotated[int, Meta(ge=0, le=10_000, description="Fields are shown in this order")]


class NewCustomField(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A field for tickets. A select or multiselect names its `options`. Without a `position` it comes last."""

    key: Key
    name: Name
    type: Type
    options: Options = []
    is_required: bool = False
    is_for_customers: bool = False
    position: Position | None = None


class CustomFieldPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change; what is not named stays. Type and options change only while no ticket has a value they would lose."""

    name: Name | UnsetType = UNSET
    type: Type | UnsetType = UNSET
    options: Options | UnsetType = UNSET
    is_required: bool | UnsetType = UNSET
    is_for_customers: bool | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class CustomField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of tickets. Required: customers fill it in as they open a ticket, if it is for them; agents before they
    resolve one. Inactive, it is shown to nobody, and keeps its values."""

    id: int
    key: str
    name: str
    type: Type
    options: list[str]
    is_required: bool
    is_for_customers: bool
    position: int
    is_active: bool


class CustomFields(msgspec.Struct, frozen=True):
    """In the order they are shown."""

    custom_fields: list[CustomField]
