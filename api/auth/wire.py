"""What crosses the network about signing in."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.actor import Right, Role
from api.auth.rules import MAX_LENGTH

Email = Annotated[
    str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", examples=["john.doe@example.com"])
]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S", examples=["John Doe"])]
CodeText = Annotated[str, Meta(min_length=6, max_length=40, examples=["123456"])]
Password = Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH)]


class Registration(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new customer. `role` may be sent, but only as `customer`."""

    email: Email
    name: Name
    password: Password
    role: str | UnsetType = UNSET


class Login(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    email: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Password


class Refresh(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    current: Password
    new: Password


class PasswordResetRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Whose password is forgotten."""

    email: Annotated[str, Meta(min_length=1, max_length=254, examples=["john.doe@example.com"])]


class NewPassword(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new password, by the `token` of a link that was sent for it."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Password


class TeamOfMe(msgspec.Struct, frozen=True):
    """A team one is in, and whether one leads it."""

    id: int
    name: str
    is_lead: bool


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in."""

    id: int
    email: str
    name: str
    role: Role
    availability: str
    capacity: int
    language: str
    time_zone: str
    theme: str
    density: str
    teams: list[TeamOfMe]


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is sent as `Authorization: Bearer` until `expires_at`; `refresh_token` gets the next one, once."""

    user: Me
    token: str
    refresh_token: str
    expires_at: datetime


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somewhere one is signed in. `device` is what the browser or program says of itself, and may be empty; `last_seen_at`
    is true to ten minutes."""

    id: int
    device: str
    ip: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_current: bool


class SessionList(msgspec.Struct, frozen=True):
    sessions: list[Session]


class EndedSessions(msgspec.Struct, frozen=True):
    """How many sessions ended."""

    ended: int


class SecondStep(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The second step: the `challenge` that the first one was answered with, and a code of the app or a recovery code."""

    challenge: Annotated[str, Meta(min_length=1, max_length=1_000)]
    code: CodeText


class Code(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A code of the authenticator app, or where one is taken a recovery code."""

    code: CodeText


class NewSecondFactor(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The present password; of who has none it is not asked."""

    current: Annotated[str, Meta(max_length=MAX_LENGTH)] = ""


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one signs in in two steps, since when, and whether the installation asks it of one."""

    is_on: bool
    is_required: bool
    confirmed_at: datetime | None
    recovery_codes_left: int


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A secret for an authenticator app, in the three ways in which one takes it. Shown until its first code."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Each signs in once in place of the app's code. Shown this once."""

    codes: list[str]


class NewApiToken(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A token for programs. It can do what its owner can, within its scopes."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Right], Meta(min_length=1, max_length=20)]
    expires_at: datetime | None = None


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiTokenList(msgspec.Struct, frozen=True):
    tokens: list[ApiToken]


class CreatedApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """The only time the token itself is shown."""

    id: int
    name: str
    scopes: list[str]
    expires_at: datetime | None
    token: str
