"""What crosses the network about notifications."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.notifications.rules.choices import Topic
from api.notifications.rules.reports import ReportPage
from api.pages import Pagination


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person is told. `kind`: created, assigned, status_changed, comment_added, mention, at_risk, breached,
    escalated, webhook_disabled (which is about no ticket), workflow (whose `text` it is)."""

    id: int
    kind: str
    ticket_id: int | None
    ticket_number: str | None
    ticket_subject: str | None
    ticket_status: str | None
    event_id: int
    text: str | None
    created_at: datetime
    read_at: datetime | None


class NotificationPage(msgspec.Struct, frozen=True):
    notifications: list[Notification]
    pagination: Pagination


class UnreadCount(msgspec.Struct, frozen=True):
    """How many are unread, counted up to 100."""

    count: int


class ReadCount(msgspec.Struct, frozen=True):
    """How many were marked read."""

    read: int


Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["22:00"])]
Weekday = Annotated[int, Meta(ge=1, le=7, description="ISO: 1 is Monday")]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a person hears of a topic by each channel. `is_required`: the e-mail cannot be switched off."""

    topic: Topic
    in_app: bool
    email: bool
    push: bool
    is_required: bool


class Quiet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours, by one's own clock, and whole days on which nothing is sent outside the app; `ends_at` before `starts_at`
    reaches over midnight."""

    starts_at: Clock | None = None
    ends_at: Clock | None = None
    weekdays: Annotated[list[Weekday], Meta(max_length=7)] = []


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """The grid of topic × channel, and quiet hours by the person's own time zone."""

    choices: list[Choice]
    quiet: Quiet
    time_zone: str


class ChoicePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cell or more of a topic's row."""

    topic: Topic
    in_app: bool | UnsetType = UNSET
    email: bool | UnsetType = UNSET
    push: bool | UnsetType = UNSET


class PreferencesPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; `quiet` replaces all of it."""

    choices: Annotated[list[ChoicePatch], Meta(max_length=20)] = []
    quiet: Quiet | UnsetType = UNSET


class ReportChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the dashboards, and whether it comes by e-mail every Monday and on every first of a month."""

    page: ReportPage
    weekly: bool
    monthly: bool


class ReportChoices(msgspec.Struct, frozen=True):
    """Every page that may come."""

    reports: list[ReportChoice]


class ReportChoicePatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    page: ReportPage
    weekly: bool | UnsetType = UNSET
    monthly: bool | UnsetType = UNSET


class ReportPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change."""

    reports: Annotated[list[ReportChoicePatch], Meta(max_length=20)]


Base64 = Annotated[str, Meta(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+={0,2}$")]


class PushKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message to a browser is encrypted by, in base64url: its public key and a secret. (RFC 8291)"""

    p256dh: Base64
    auth: Base64


class NewPushSubscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser's `PushSubscription`, made for this installation's key; `name` is what its person calls it."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=1000, examples=["https://push.example.com/wpush/v2/gAAA"])]
    keys: PushKeys
    name: Annotated[str, Meta(max_length=100, examples=["Firefox, Linux"])] = ""


class PushSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that a person is told in, without the address it is reached by."""

    id: int
    name: str
    created_at: datetime


class PushSubscriptions(msgspec.Struct, frozen=True, kw_only=True):
    """`public_key` is what a browser subscribes with (`applicationServerKey`); null where push is not set up."""

    public_key: str | None
    subscriptions: list[PushSubscription]


Language = Literal["en", "de"]
Subject = Annotated[str, Meta(min_length=1, max_length=500)]
Source = Annotated[str, Meta(min_length=1, max_length=50_000)]


class EmailTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """The words of e-mails about a topic, in one language. `is_default`: as they come with Redress."""

    topic: Topic
    language: Language
    subject: str
    text: str
    html: str
    is_default: bool
    updated_at: datetime | None


class EmailTemplates(msgspec.Struct, frozen=True):
    """`variables` are those that any template may use, with an example of each."""

    templates: list[EmailTemplate]
    variables: dict[str, Any]


class EmailTemplateChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Jinja2, sandboxed: variables, `if`, `for`."""

    subject: Subject
    text: Source
    html: Source


class EmailPreview(msgspec.Struct, frozen=True):
    """An e-mail as it would look, about a complaint that was made up."""

    subject: str
    text: str
    html: str
