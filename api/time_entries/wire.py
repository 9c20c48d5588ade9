"""What crosses the network about time."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Duration = Annotated[
    str, Meta(min_length=1, max_length=20, examples=["1h 20m"], description="1h 20m, 1.5h, 45m, 1:20, 80")
]
Description = Annotated[str, Meta(max_length=1_000)]
GroupBy = Literal["ticket", "agent", "customer"]


class NewTimeEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Time spent, typed. It is taken to end now."""

    duration: Duration
    description: Description = ""
    is_billable: bool = False


class NewTimer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the timer is for."""

    description: Description = ""
    is_billable: bool = False


class TimeEntryPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to correct; what is not named stays."""

    duration: Duration | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    is_billable: bool | UnsetType = UNSET


class TimeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Time one agent spent on one ticket; `duration_seconds` is null while the timer runs."""

    id: int
    ticket_id: int
    agent_id: int
    agent_name: str
    started_at: datetime
    duration_seconds: int | None
    is_billable: bool
    description: str
    created_at: datetime


class TimeEntries(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket's time, the newest first, and what all of it comes to. Running timers are not counted."""

    time_entries: list[TimeEntry]
    total_seconds: int
    billable_seconds: int


class TimeTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket, an agent or a customer comes to. A ticket's name is its number."""

    id: int
    name: str
    total_seconds: int
    billable_seconds: int


class TimeTotals(msgspec.Struct, frozen=True):
    """The largest totals first."""

    totals: list[TimeTotal]
