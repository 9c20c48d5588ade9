"""What crosses the network: messages of the WebSocket both ways, between processes, and the presence of tickets."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.events.readers import Position
from api.live.rules import Announcement, Present, State

MAX_TOPICS = 200

TicketId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Topics = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(min_length=1, max_length=MAX_TOPICS)]


class Incoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    pass


class Authenticate(Incoming, frozen=True, tag="authenticate"):
    """An access token or an API token; never in the address, which is logged on the way."""

    token: Annotated[str, Meta(max_length=2000)]


class Subscribe(Incoming, frozen=True, tag="subscribe"):
    """`position` is the last one this client was given: it asks for all that came after it."""

    topics: Topics
    position: Position | None = None


class Unsubscribe(Incoming, frozen=True, tag="unsubscribe"):
    topics: Topics


class SetPresence(Incoming, frozen=True, tag="presence"):
    """What the sender does on a ticket it is subscribed to."""

    ticket_id: TicketId
    state: State | Literal["gone"]


class Ping(Incoming, frozen=True, tag="ping"):
    pass


ClientMessage = Authenticate | Subscribe | Unsubscribe | SetPresence | Ping


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True):
    """That something happened. `version` is the ticket's by now; `is_for_me` when there is a notice of it for the reader."""

    id: int
    action: str
    entity_type: str
    entity_id: int | None
    ticket_id: int | None
    version: int | None
    is_for_me: bool


class Outgoing(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    pass


class Welcome(Outgoing, frozen=True, tag="welcome"):
    """Signed in."""

    user_id: int
    heartbeat_seconds: int


class Subscribed(Outgoing, frozen=True, tag="subscribed"):
    """Those of the asked topics that are held now; what is not among them is not there for the reader."""

    topics: list[str]
    position: Position


class Unsubscribed(Outgoing, frozen=True, tag="unsubscribed"):
    """Topics given up, or lost with the right to see them."""

    topics: list[str]


class Events(Outgoing, frozen=True, tag="events"):
    """In the order of their commits as far as that is known. With all before it, nothing up to `position` is missing."""

    events: list[LiveEvent]
    position: Position


class Reload(Outgoing, frozen=True, tag="reload"):
    """More happened than is told one by one: load what is shown again."""

    position: Position


class TicketPresence(Outgoing, frozen=True, tag="presence"):
    """Who of the staff is on a ticket; `people` is empty for customers, who see that somebody types.

    Of two about one ticket the one with the higher `version` holds, in whatever order they come.
    """

    ticket_id: int
    version: int
    people: list[Present]
    is_agent_typing: bool

    @property
    def is_known(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.people) or self.is_agent_typing


class TicketTyping(Outgoing, frozen=True, tag="typing"):
    """Whether an agent writes a reply: all that a customer is told of it."""

    ticket_id: int
    is_agent_typing: bool


class Heartbeat(Outgoing, frozen=True, tag="heartbeat"):
    position: Position


class Pong(Outgoing, frozen=True, tag="pong"):
    pass


class Refusal(Outgoing, frozen=True, tag="problem"):
    """Why a message was not taken."""

    code: str
    detail: str


class PresenceList(msgspec.Struct, frozen=True):
    """Presence by ticket, for the rows of a list; tickets where nobody is are left out."""

    tickets: list[TicketPresence]


class Batch(msgspec.Struct, frozen=True, tag="events"):
    """What one process tells the others; `origin` is the one that tells."""

    origin: str
    events: list[Announcement]


class PresenceChange(msgspec.Struct, frozen=True, tag="presence"):
    origin: str
    presence: TicketPresence


Relayed = Batch | PresenceChange
