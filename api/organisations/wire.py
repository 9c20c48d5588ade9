"""What crosses the network about organisations."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.pages import Pagination

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S", examples=["Acme"])]
Domain = Annotated[
    str,
    Meta(
        max_length=253,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$",
        examples=["acme.example"],
    ),
]
Domains = Annotated[list[Domain], Meta(max_length=50)]


class NewOrganisation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An organisation. Who gets an account with an address at one of its `domains` becomes a member."""

    name: Name
    domains: Domains = []
    is_shared: bool = False


class OrganisationPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change; what is not named stays. Members stay members, whatever becomes of the domains."""

    name: Name | UnsetType = UNSET
    domains: Domains | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """`is_shared`: its confirmed members read each other's tickets, where the installation's `organisation_visibility`
    is on. Inactive, it takes no members and shares nothing."""

    id: int
    name: str
    domains: list[str]
    is_shared: bool
    is_active: bool
    member_count: int
    created_at: datetime


class OrganisationPage(msgspec.Struct, frozen=True):
    """By name."""

    organisations: list[Organisation]
    pagination: Pagination
