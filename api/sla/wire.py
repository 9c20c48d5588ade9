"""What crosses the network about policies, calendars and deadlines."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.sla.rules.calendar import Holiday, WeeklyHours
from api.sla.rules.clock import State
from api.sla.rules.receipt import Cause, Kind

MAX_TARGETS = 20

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Status = Literal["open", "assigned", "in_progress", "pending", "escalated"]
Priority = Literal["critical", "high", "medium", "low"]
Seconds = Annotated[int, Meta(ge=1, le=366 * 86_400, description="Business seconds", examples=[3600])]
Targets = Annotated[dict[str, Seconds], Meta(min_length=1, max_length=MAX_TARGETS, examples=[{"resolution": 86_400}])]
Pauses = Annotated[
    dict[str, Annotated[list[Status], Meta(max_length=5)]],
    Meta(max_length=MAX_TARGETS, examples=[{"resolution": ["pending"]}]),
]
Position = Annotated[int, Meta(ge=1, le=10_000, description="Policies are asked in this order")]
Zone = Annotated[str, Meta(min_length=1, max_length=64, examples=["Europe/Berlin"])]
Holidays = Annotated[list[Holiday], Meta(max_length=2_000)]
Year = Annotated[int, Meta(ge=1970, le=2100)]
Tag = Annotated[str, Meta(min_length=1, max_length=50)]
IcalText = Annotated[str, Meta(min_length=1, max_length=500_000, description="An iCalendar file (RFC 5545)")]


class PolicyConditions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a ticket must be. Each list given must contain the ticket's value; none given matches every ticket."""

    priority: Annotated[list[Priority], Meta(min_length=1, max_length=4)] | None = None
    category_id: Annotated[list[Id], Meta(min_length=1, max_length=100)] | None = None
    team_id: Annotated[list[Id], Meta(min_length=1, max_length=100)] | None = None
    customer_tag: Annotated[list[Tag], Meta(min_length=1, max_length=100)] | None = None
    organisation_id: Annotated[list[Id], Meta(min_length=1, max_length=100)] | None = None


class NewPolicy(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A promise. `pauses_on` names the statuses that stop a target's clock; unset, `pending` stops all but responses.
    Without `position` it is asked last; without `calendar_id` it counts around the clock."""

    name: Name
    targets: Targets
    conditions: PolicyConditions = PolicyConditions()
    pauses_on: Pauses | UnsetType = UNSET
    calendar_id: Id | None = None
    position: Position | UnsetType = UNSET


class PolicyPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is not named stays. A change of terms is a new version, which holds from now on."""

    name: Name | UnsetType = UNSET
    targets: Targets | UnsetType = UNSET
    conditions: PolicyConditions | UnsetType = UNSET
    pauses_on: Pauses | UnsetType = UNSET
    calendar_id: Id | None | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy in its present version."""

    id: int
    name: str
    position: int
    is_active: bool
    version: int
    version_id: int
    valid_from: datetime
    conditions: PolicyConditions
    targets: dict[str, int]
    pauses_on: dict[str, list[str]]
    calendar_id: int | None
    calendar_name: str | None


class Policies(msgspec.Struct, frozen=True):
    """All policies, in the order in which they are asked."""

    policies: list[Policy]


class CountryHolidays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public holidays of a country (ISO 3166-1: DE), or of a part of it (BE)."""

    country: Annotated[str, Meta(pattern="^[A-Z]{2}$", examples=["DE"])]
    subdivision: Annotated[str, Meta(min_length=1, max_length=20)] | None = None


class NewCalendar(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Business hours. Holidays add up: those listed, those of a country, those of an iCalendar file; the last two for
    the years from `first_year` to `last_year` (unset: this year and the four that follow)."""

    name: Name
    time_zone: Zone
    weekly_hours: WeeklyHours
    holidays: Holidays | UnsetType = UNSET
    country_holidays: CountryHolidays | UnsetType = UNSET
    ical: IcalText | UnsetType = UNSET
    first_year: Year | UnsetType = UNSET
    last_year: Year | UnsetType = UNSET


class CalendarPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is not named stays. Holidays from any source replace all that were there."""

    name: Name | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    weekly_hours: WeeklyHours | UnsetType = UNSET
    holidays: Holidays | UnsetType = UNSET
    country_holidays: CountryHolidays | UnsetType = UNSET
    ical: IcalText | UnsetType = UNSET
    first_year: Year | UnsetType = UNSET
    last_year: Year | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar in its present version."""

    id: int
    name: str
    is_active: bool
    version: int
    version_id: int
    valid_from: datetime
    time_zone: str
    weekly_hours: WeeklyHours
    holidays: list[Holiday]


class CalendarSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar without its days. `policy_count`: active policies that count by it."""

    id: int
    name: str
    is_active: bool
    version: int
    time_zone: str
    holiday_count: int
    policy_count: int


class Calendars(msgspec.Struct, frozen=True):
    """All calendars, by name."""

    calendars: list[CalendarSummary]


class MovedClock(msgspec.Struct, frozen=True, kw_only=True):
    """An open clock before and after an edit. `due_before` and `due_after` are null while it is paused."""

    ticket_id: int
    number: str
    target: str
    due_before: datetime | None
    due_after: datetime | None
    state_before: State
    state_after: State


class EditPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What an edit would do to open clocks. `tickets`: how many have a clock that moves. `is_complete` is false when there
    were more tickets than could be looked at. `examples`: the worst first."""

    tickets: int
    clocks_moved: int
    become_at_risk: int
    become_breached: int
    is_complete: bool
    examples: list[MovedClock]


class ReceiptPolicy(msgspec.Struct, frozen=True):
    """A version of a policy."""

    id: int
    name: str
    version: int


class ReceiptCalendar(msgspec.Struct, frozen=True):
    """A version of a calendar."""

    id: int
    name: str
    version: int
    time_zone: str


class ReceiptPromise(msgspec.Struct, frozen=True, kw_only=True):
    """What the clock was held to from `at` on. `calendar` null: around the clock. `event_id` is the log's."""

    at: datetime
    event_id: int | None
    policy: ReceiptPolicy
    calendar: ReceiptCalendar | None
    target_seconds: int
    elapsed_seconds: int


class ReceiptSpan(msgspec.Struct, frozen=True, kw_only=True):
    """[start, end). `counted` used `seconds`; `closed`, `holiday` (by `name`), `paused` and `done` (in `status`) used none.
    `event_id` and `cause` say what began the stretch the span lies in."""

    kind: Kind
    start: datetime
    end: datetime
    seconds: int
    name: str | None
    status: str | None
    event_id: int | None
    cause: Cause


class ClockReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Why one deadline is where it is. `spans` lead from `started_at` to the breach, to the goal if it was reached, else
    to the deadline, or to now while paused; `more_spans` of them, with `more_seconds` counted, are not listed."""

    target: str
    cycle: int
    state: State
    target_seconds: int
    elapsed_seconds: int
    left_seconds: int
    started_at: datetime
    due_at: datetime | None
    at_risk_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    promises: list[ReceiptPromise]
    spans: list[ReceiptSpan]
    more_spans: int
    more_seconds: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The deadlines of a ticket as they stand at `as_of`, each with its reasons."""

    ticket_id: int
    as_of: datetime
    clocks: list[ClockReceipt]
