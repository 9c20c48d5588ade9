"""The settings an administrator may change, their defaults and bounds."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

DAY_SECONDS = 86_400
MAX_FILE_BYTES = 100 * 1024 * 1024
"""The highest `attachment_max_bytes` there can be."""

Seconds = Annotated[int, Meta(ge=0, le=3650 * DAY_SECONDS)]
Share = Annotated[float, Meta(ge=0, le=1)]
FileSize = Annotated[int, Meta(ge=1_000, le=MAX_FILE_BYTES)]
PerHour = Annotated[int, Meta(ge=1, le=100_000)]
Hosts = Annotated[list[Annotated[str, Meta(min_length=1, max_length=253)]], Meta(max_length=50)]
Days = Annotated[int, Meta(ge=1, le=36_500)]
UnknownSender = Literal["customer", "refuse"]
DmarcPolicy = Literal["ignore", "refuse_failed", "require_pass"]
AuthservId = Annotated[str, Meta(max_length=253, pattern=r"^\S*$", examples=["mx.example.com"])]
Zone = Annotated[str, Meta(min_length=1, max_length=64, examples=["Europe/Berlin"])]


class InstallationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for the whole installation. Seconds unless a name says otherwise."""

    reopen_window_seconds: Seconds = 14 * DAY_SECONDS
    """How long a closed ticket may be reopened."""
    auto_close_after_seconds: Seconds = 7 * DAY_SECONDS
    """A resolved ticket closes after so long without a word."""
    restrict_to_team: bool = False
    """Agents read only what they may work on."""
    organisation_visibility: bool = False
    """Members of an organisation that is shared read each other's tickets."""
    allow_registration: bool = True
    require_second_factor: bool = False
    """Staff signs in in two steps; who has not set that up can do nothing else before. API tokens go on working."""
    at_risk_share: Share = 0.2
    """A clock is at risk when less than this share of its target is left."""
    hand_back_when_offline: bool = False
    """An agent who goes offline hands back tickets that are assigned and untouched."""
    require_outcome: bool = False
    """An agent resolves a ticket only with its outcome (ISO 10002)."""
    default_locale: Annotated[str, Meta(pattern="^[a-z]{2}$")] = "en"
    time_zone: Zone = "UTC"
    """Zone of daily figures."""
    branding_name: Annotated[str, Meta(min_length=1, max_length=60)] = "Redress"
    retention_read_notifications_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    attachment_max_bytes: FileSize = 25 * 1024 * 1024
    """The largest file a ticket takes."""
    attachments_per_ticket: Annotated[int, Meta(ge=1, le=500)] = 50
    mail_limit_per_recipient: PerHour = 60
    """E-mails to one address within an hour; what exceeds it is suppressed."""
    mail_limit_per_thread: PerHour = 20
    """E-mails to one address about one ticket within an hour: two machines that answer each other end here."""
    retention_deliveries_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    retention_sessions_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """Sessions are forgotten so long after they ended."""
    retention_closed_tickets_days: Days | None = None
    """The words of a ticket are erased so long after it was closed; null keeps them."""
    retention_attachments_days: Days | None = None
    """The files of a ticket go so long after it was closed; null keeps them as long as its words."""
    inbound_unknown_sender: UnknownSender = "customer"
    """Whether a mail from an address nobody has makes a customer of it, or is refused."""
    inbound_limit_per_sender: PerHour = 20
    """Mails that one address may send us within an hour."""
    inbound_dmarc: DmarcPolicy = "refuse_failed"
    """Which mails of customers come in: all, those that did not fail DMARC, or only those that passed. Staff's must pass."""
    inbound_authserv_id: AuthservId = ""
    """The name our own mail server writes into `Authentication-Results`; empty believes none. (RFC 8601)"""
    allowed_webhook_hosts: Hosts = []
    """Host names, addresses and networks (`10.1.0.0/16`) inside our own network that webhooks may reach."""
    sample_data: bool = False
    """Whether sample accounts and tickets were loaded; set by the generator."""
    is_tour_over: bool = False
    """Whether administrators have seen enough of the tour through the sample."""


class InstallationPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings to change; what is not named stays."""

    reopen_window_seconds: Seconds | UnsetType = UNSET
    auto_close_after_seconds: Seconds | UnsetType = UNSET
    restrict_to_team: bool | UnsetType = UNSET
    organisation_visibility: bool | UnsetType = UNSET
    allow_registration: bool | UnsetType = UNSET
    require_second_factor: bool | UnsetType = UNSET
    at_risk_share: Share | UnsetType = UNSET
    hand_back_when_offline: bool | UnsetType = UNSET
    require_outcome: bool | UnsetType = UNSET
    default_locale: Annotated[str, Meta(pattern="^[a-z]{2}$")] | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    branding_name: Annotated[str, Meta(min_length=1, max_length=60)] | UnsetType = UNSET
    retention_read_notifications_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType = UNSET
    attachment_max_bytes: FileSize | UnsetType = UNSET
    attachments_per_ticket: Annotated[int, Meta(ge=1, le=500)] | UnsetType = UNSET
    mail_limit_per_recipient: PerHour | UnsetType = UNSET
    mail_limit_per_thread: PerHour | UnsetType = UNSET
    retention_deliveries_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType = UNSET
    retention_sessions_days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType = UNSET
    retention_closed_tickets_days: Days | None | UnsetType = UNSET
    retention_attachments_days: Days | None | UnsetType = UNSET
    inbound_unknown_sender: UnknownSender | UnsetType = UNSET
    inbound_limit_per_sender: PerHour | UnsetType = UNSET
    inbound_dmarc: DmarcPolicy | UnsetType = UNSET
    inbound_authserv_id: AuthservId | UnsetType = UNSET
    allowed_webhook_hosts: Hosts | UnsetType = UNSET
    is_tour_over: bool | UnsetType = UNSET
