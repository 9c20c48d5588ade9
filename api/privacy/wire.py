"""What crosses the network about people's data."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta


class Erasure(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What cannot be undone is typed: the person's e-mail address."""

    confirmation: Annotated[str, Meta(min_length=1, max_length=254, examples=["john.doe@example.com"])]


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each lost their words. Files go from storage with the next sweep."""

    tickets: int
    comments: int
    attachments: int
    deliveries: int
    mails: int


class ExportLink(msgspec.Struct, frozen=True):
    """Where the ZIP can be fetched until `expires_at`, by whoever holds the link."""

    url: str
    expires_at: datetime


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """What the next sweeps would forget of one kind. `days` null keeps it for ever; `due` is exact up to 100,000."""

    kind: str
    setting: str
    days: int | None
    due: int


class RetentionReport(msgspec.Struct, frozen=True):
    retention: list[Retention]
