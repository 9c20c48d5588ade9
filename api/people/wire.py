"""What crosses the network about people: users, teams, skills, categories. None of it ever carries a password hash."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.actor import Role
from api.auth.wire import Email, Password
from api.auth.wire import Name as PersonName
from api.pages import Pagination

Availability = Literal["available", "away", "offline"]
MemberRole = Literal["member", "lead"]
Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Capacity = Annotated[int, Meta(ge=0, le=1_000, description="Most active tickets at once")]
Proficiency = Annotated[int, Meta(ge=1, le=5)]
Tag = Annotated[str, Meta(min_length=1, max_length=50)]
Tags = Annotated[list[Tag], Meta(max_length=20)]
Language = Annotated[str, Meta(pattern="^[a-z]{2}$", examples=["de"])]
Zone = Annotated[str, Meta(min_length=1, max_length=64, examples=["Europe/Berlin"])]
Title = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]


class Named(msgspec.Struct, frozen=True):
    """Somebody or something to choose."""

    id: int
    name: str


class Membership(msgspec.Struct, frozen=True):
    """A team one is in."""

    id: int
    name: str
    role: MemberRole


class UserSkill(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody can do, and how well: 1 to 5."""

    skill_id: int
    name: str
    proficiency: int


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person as staff see them."""

    id: int
    email: str
    name: str
    role: Role
    is_active: bool
    availability: Availability
    capacity: int
    tags: list[str]
    organisation: Named | None
    is_organisation_confirmed: bool
    language: str
    time_zone: str
    teams: list[Membership]
    skills: list[UserSkill]
    created_at: datetime
    updated_at: datetime


class UserPage(msgspec.Struct, frozen=True):
    users: list[User]
    pagination: Pagination


class NewUser(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A person an administrator makes. Without a password they cannot sign in until they were given one.

    A customer is a member of `organisation_id`; where it is unset, of the one at whose domain their address is.
    """

    email: Email
    name: PersonName
    role: Role
    password: Password | None = None
    capacity: Capacity = 20
    tags: Tags = []
    organisation_id: Id | None | UnsetType = UNSET
    language: Language = "en"
    time_zone: Zone = "UTC"


class UserPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What an administrator changes; what is not named stays.

    Who is deactivated, or made a customer, leaves their active tickets behind: `reassign_to` says to whom they go, null
    puts them back in their queues for routing; unsaid, they stay where they are.
    A customer whose `organisation_id` is named is a confirmed member of it, also where they were one by their address.
    """

    email: Email | UnsetType = UNSET
    name: PersonName | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    availability: Availability | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    organisation_id: Id | None | UnsetType = UNSET
    reassign_to: Id | None | UnsetType = UNSET


class UserChange(msgspec.Struct, frozen=True):
    """The person as they are now, and how many active tickets are still theirs."""

    user: User
    active_tickets: int


class Preferences(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What one sets for oneself; what is not named stays. `availability` is for staff."""

    name: PersonName | UnsetType = UNSET
    availability: Availability | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    density: Density | UnsetType = UNSET


class NewUserSkill(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    skill_id: Id
    proficiency: Proficiency


class UserSkills(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """All that somebody can do; what is not named is taken away."""

    skills: Annotated[list[NewUserSkill], Meta(max_length=100)]


class Team(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    description: str
    is_active: bool
    member_count: int


class TeamList(msgspec.Struct, frozen=True):
    teams: list[Team]


class NewTeam(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: Title
    description: Annotated[str, Meta(max_length=1_000)] = ""


class TeamPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Fields to change; what is not named stays."""

    name: Title | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=1_000)] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class Member(msgspec.Struct, frozen=True, kw_only=True):
    user_id: int
    name: str
    role: MemberRole
    is_active: bool
    availability: Availability


class MemberList(msgspec.Struct, frozen=True):
    members: list[Member]


class NewMember(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An agent or administrator for the team; one who is in it gets the role."""

    user_id: Id
    role: MemberRole = "member"


class Skill(msgspec.Struct, frozen=True):
    id: int
    name: str


class SkillList(msgspec.Struct, frozen=True):
    skills: list[Skill]


class NewSkill(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A skill's name, new or changed."""

    name: Title


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """What a complaint is about. `path` names it with those above it: `Internet / Slow`."""

    id: int
    name: str
    path: str
    parent_id: int | None
    skill_id: int | None
    team_id: int | None
    is_active: bool


class CategoryNode(msgspec.Struct, frozen=True, kw_only=True):
    """A category with those below it."""

    id: int
    name: str
    path: str
    parent_id: int | None
    skill_id: int | None
    team_id: int | None
    is_active: bool
    children: list["CategoryNode"] = []


class CategoryTree(msgspec.Struct, frozen=True):
    categories: list[CategoryNode]


class NewCategory(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A category; `skill_id` and `team_id` are what its tickets ask for when they say nothing else."""

    name: Title
    parent_id: Id | None = None
    skill_id: Id | None = None
    team_id: Id | None = None


class CategoryPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Fields to change; what is not named stays."""

    name: Title | UnsetType = UNSET
    parent_id: Id | None | UnsetType = UNSET
    skill_id: Id | None | UnsetType = UNSET
    team_id: Id | None | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
