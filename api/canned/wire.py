"""What crosses the network about canned responses."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Scope = Literal["personal", "team", "global"]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Title = Annotated[str, Meta(min_length=1, max_length=120, examples=["Router: first steps"])]
Body = Annotated[
    str,
    Meta(
        min_length=1, max_length=20_000, description="Markdown with variables", examples=["Dear {{ customer.name }},"]
    ),
]
Shortcut = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,30}$", description="What follows / in the composer")]
Tags = Annotated[list[Annotated[str, Meta(min_length=1, max_length=50)]], Meta(max_length=20)]


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a macro makes of the ticket; what is not named stays. `is_taken` assigns it to who applies the macro."""

    status: Literal["open", "assigned", "in_progress", "pending", "escalated", "resolved", "closed"] | UnsetType = UNSET
    priority: Literal["critical", "high", "medium", "low"] | UnsetType = UNSET
    agent_id: Id | None | UnsetType = UNSET
    is_taken: bool = False
    team_id: Id | None | UnsetType = UNSET
    add_tags: Tags = []
    remove_tags: Tags = []


class NewCannedResponse(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Words to keep. `team_id` goes with scope `team`; `is_published` with scope `global` and no variables."""

    scope: Scope = "personal"
    team_id: Id | None = None
    shortcut: Shortcut | None = None
    title: Title
    body: Body
    changes: Changes | UnsetType = UNSET
    is_published: bool = False


class CannedResponsePatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change; what is not named stays. Its scope and team do not change."""

    shortcut: Shortcut | None | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    body: Body | UnsetType = UNSET
    changes: Changes | UnsetType = UNSET
    is_published: bool | UnsetType = UNSET


class CannedResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A canned response; a macro when `changes` says something, a known answer when `is_published`."""

    id: int
    scope: Scope
    owner_id: int | None
    team_id: int | None
    shortcut: str | None
    title: str
    body: str
    changes: Changes
    is_published: bool
    created_at: datetime
    updated_at: datetime


class CannedResponses(msgspec.Struct, frozen=True):
    """The responses a person can use, by title."""

    canned_responses: list[CannedResponse]


class Rendered(msgspec.Struct, frozen=True):
    """A response filled in for a ticket: Markdown to go into the composer."""

    id: int
    text: str
    changes: Changes


class KnownAnswer(msgspec.Struct, frozen=True):
    """A published answer."""

    id: int
    title: str
    body_html: str


class KnownAnswers(msgspec.Struct, frozen=True):
    """The best matches first."""

    known_answers: list[KnownAnswer]
