"""What crosses the network about webhooks. A secret is shown once; custom headers' values never."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.deliveries.wire import DeliveryStatistics

Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["Order system"])]
Url = Annotated[str, Meta(min_length=8, max_length=2_000, examples=["https://example.com/hooks/redress"])]
Events = Annotated[
    list[Annotated[str, Meta(max_length=60)]],
    Meta(min_length=1, max_length=100, description="Actions of the log, or `*`", examples=[["ticket.created"]]),
]
Headers = Annotated[dict[str, str], Meta(max_length=20, examples=[{"Authorization": "Bearer …"}])]
Secret = Annotated[str, Meta(max_length=120, description="`whsec_` and 24 to 64 bytes in base64")]


class NewWebhook(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An endpoint to tell. Without a secret, one is made."""

    name: Name
    url: Url
    events: Events
    headers: Headers = {}
    is_active: bool = True
    secret: Secret | None = None


class WebhookPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What to change; `headers` replaces all of them."""

    name: Name | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    headers: Headers | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint. `failing_since` is when it last began to fail; `disabled_reason` says why it was switched off."""

    id: int
    name: str
    url: str
    events: list[str]
    header_names: list[str]
    is_active: bool
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None
    created_at: datetime
    updated_at: datetime


class CreatedWebhook(Webhook, frozen=True, kw_only=True):
    """With the secret that signs its calls, shown this once."""

    secret: str


class WebhookList(msgspec.Struct, frozen=True):
    """`events` are the actions one can ask for."""

    webhooks: list[Webhook]
    events: list[str]


class WebhookDetail(msgspec.Struct, frozen=True):
    """An endpoint and how calling it went in the last seven days."""

    webhook: Webhook
    statistics: DeliveryStatistics


class Replayed(msgspec.Struct, frozen=True):
    """How many calls are made again."""

    replayed: int
