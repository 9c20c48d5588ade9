"""Who acts, and what that role may do. Pure: rows are limited elsewhere, in `visibility.py`."""

from enum import StrEnum
from typing import Literal

import msgspec

Role = Literal["customer", "agent", "admin"]
ActorKind = Literal["user", "system", "workflow", "token"]


class Right(StrEnum):
    """What a route may ask for. A token's scopes are values of this enum."""

    PUBLIC = "public"
    SIGN_IN = "sign-in"
    """One's own sessions, password and second factor: a person's alone, never a token's."""
    ME = "me"
    TICKET_READ = "ticket:read"
    TICKET_CREATE = "ticket:create"
    TICKET_COMMENT = "ticket:comment"
    TICKET_REOPEN = "ticket:reopen"
    TICKET_WORK = "ticket:work"
    DIRECTORY_READ = "directory:read"
    ANALYTICS_READ = "analytics:read"
    EVENTS_READ = "events:read"
    MAIL_DELIVER = "mail:deliver"
    ADMIN = "admin"


_CUSTOMER = frozenset(
    {
        Right.PUBLIC,
        Right.SIGN_IN,
        Right.ME,
        Right.TICKET_READ,
        Right.TICKET_CREATE,
        Right.TICKET_COMMENT,
        Right.TICKET_REOPEN,
    }
)
_AGENT = _CUSTOMER | {Right.TICKET_WORK, Right.DIRECTORY_READ, Right.ANALYTICS_READ, Right.EVENTS_READ}
_RIGHTS: dict[str, frozenset[Right]] = {"customer": _CUSTOMER, "agent": _AGENT, "admin": frozenset(Right)}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something. `id` is None for the system and for a visitor who is not signed in."""

    id: int | None = None
    kind: ActorKind = "user"
    role: Role | None = None
    name: str = ""
    team_ids: tuple[int, ...] = ()
    led_team_ids: tuple[int, ...] = ()
    scopes: frozenset[Right] | None = None
    """Rights of an API token; None means all of the role's."""
    session_id: int | None = None
    restrict_to_team: bool = False
    """The installation's setting, as of when the actor was loaded."""
    organisation_id: int | None = None
    """Of a customer, the organisation whose members' tickets they read too; as of when the actor was loaded."""
    language: str = "en"
    time_zone: str = "UTC"
    theme: str = "system"
    density: str = "comfortable"
    must_enrol: bool = False
    """Staff that owes the installation a second factor, as of when the actor was loaded."""
    ip: str | None = None
    user_agent: str | None = None

    @property
    def is_staff(self) -> bool:
        return self.role in ("agent", "admin")


SYSTEM = Actor(kind="system", name="Redress")
ANONYMOUS = Actor()


def may(actor: Actor, right: Right) -> bool:
    """Whether the actor's role (and, for a token, its scopes) includes the right."""
    if right is Right.PUBLIC or actor.kind == "system":
        return True
    if actor.role is None or right not in _RIGHTS[actor.role]:
        return False
    if actor.must_enrol and actor.scopes is None:
        return right is Right.SIGN_IN
    return actor.scopes is None or (right in actor.scopes and right is not Right.SIGN_IN)
