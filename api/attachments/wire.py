"""What crosses the network about attachments."""

from datetime import datetime

import msgspec


class Uploader(msgspec.Struct, frozen=True):
    """Who sent it."""

    id: int
    name: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a ticket. `key` opens `/api/attachments/:key`, and its `/preview` when `has_preview`; `sha256` is in hex."""

    id: int
    key: str
    ticket_id: int
    comment_id: int | None
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    is_internal: bool
    has_preview: bool
    uploaded_by: Uploader | None
    created_at: datetime


class Attachments(msgspec.Struct, frozen=True):
    """Files, in the order in which they came."""

    attachments: list[Attachment]
