"""What the clocks of a ticket depend on, and nothing else: the log, reduced to four kinds of facts."""

from datetime import datetime

from msgspec import Struct

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.policy import PolicyVersion


class Fact(Struct, frozen=True, kw_only=True):
    """Something that happened at `at`. `event_id` is the log's, for receipts."""

    at: datetime
    event_id: int | None = None


class TicketOpened(Fact, frozen=True, kw_only=True, tag=True):
    """The ticket began to exist. The policy that holds for it follows at once."""

    status: str


class StatusChanged(Fact, frozen=True, kw_only=True, tag=True):
    old: str
    new: str


class PublicComment(Fact, frozen=True, kw_only=True, tag=True):
    """Words that the customer can read, by somebody of the staff or by the customer. What a workflow says is none."""

    by_staff: bool


class PolicyApplied(Fact, frozen=True, kw_only=True, tag=True):
    """From here on this policy holds for the ticket, counted by this calendar. None: around the clock."""

    policy: PolicyVersion
    calendar: CalendarVersion | None = None


TicketFact = TicketOpened | StatusChanged | PublicComment | PolicyApplied
