"""Who is told what, who counts as present, how much a client may say: pure."""

from collections.abc import Hashable, Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from api.actor import Actor, Right
from api.visibility import Holders, may_see_event, may_see_ticket

State = Literal["viewing", "replying", "noting", "away"]

TICKETS, ME = "tickets", "me"

PRESENCE_SECONDS = 30
"""So long somebody counts as present after their last word."""

MESSAGES_PER_SECOND = 10.0
BURST = 40.0

_STRENGTH = ("replying", "noting", "viewing", "away")


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """An event with all that decides who is told of it. Computed once, whatever the number of readers."""

    id: int
    action: str
    entity_type: str
    entity_id: int | None
    ticket_id: int | None
    is_public: bool
    version: int | None
    holders: Holders | None
    notified: list[int]
    """Ids of the people with a notice of it."""


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """One of the staff on a ticket, for as long as nothing else is heard."""

    user_id: int
    name: str
    state: State
    seconds_left: int


def ticket_of(topic: str) -> int | None:
    """The id in `ticket:<id>`; None for any other topic."""
    kind, _, number = topic.partition(":")
    is_id = kind == "ticket" and number.isascii() and number.isdigit() and number[0] != "0" and len(number) < 19
    return int(number) if is_id else None


def right_for(topic: str) -> Right | None:
    """What one needs to hold a topic; None when there is no such topic."""
    if topic == ME:
        return Right.ME
    return Right.TICKET_READ if topic == TICKETS or ticket_of(topic) is not None else None


def may_be_told(actor: Actor, event: Announcement) -> bool:
    """Whether an actor who listens may know of an event: of what they see of a ticket, and of themselves."""
    if event.holders is None:
        return event.entity_type == "user" and event.entity_id == actor.id
    return may_see_ticket(actor, event.holders) and may_see_event(actor, is_public=event.is_public)


def audience_of(actor: Actor) -> Hashable:
    """Equal for actors who see the same tickets: most of the staff are told the same, and it is decided once."""
    if actor.role == "admin" or (actor.role == "agent" and not actor.restrict_to_team):
        return "staff"
    return (actor.id, actor.role, actor.team_ids)


def people_of(entries: Iterable[Present]) -> list[Present]:
    """One entry a person, the strongest of their tabs: who writes in one and looks in another writes. By name."""
    strongest: dict[int, Present] = {}
    for entry in entries:
        known = strongest.get(entry.user_id)
        if known is None or _STRENGTH.index(entry.state) < _STRENGTH.index(known.state):
            longest = max(entry.seconds_left, known.seconds_left) if known else entry.seconds_left
            strongest[entry.user_id] = replace(entry, seconds_left=longest)
    return sorted(strongest.values(), key=lambda present: (present.name, present.user_id))


def is_agent_typing(people: Iterable[Present]) -> bool:
    """Whether one of the staff writes to the customer; a note is none of the customer's business."""
    return any(present.state == "replying" for present in people)


class Allowance:
    """How much a client may still send: BURST at once, MESSAGES_PER_SECOND for long. Source: the token bucket, RFC 2697."""

    __slots__ = ("_at", "_left")

    def __init__(self, at: float) -> None:
        self._left, self._at = BURST, at

    def takes(self, at: float) -> bool:
        """Whether one more message at monotonic second `at` is within it; it then counts."""
        self._left = min(BURST, self._left + (at - self._at) * MESSAGES_PER_SECOND)
        self._at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True
