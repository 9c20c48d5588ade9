"""What crosses the network about mails that came in."""

from datetime import datetime
from typing import Literal

import msgspec

from api.pages import Pagination

FateKind = Literal["ticket", "comment", "refused"]


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a mail: it opened a ticket, said something on one, or was refused for `reason`. The same mail again
    has the same fate."""

    id: int
    fate: FateKind
    reason: str | None
    ticket_id: int | None
    comment_id: int | None


class InboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A mail and its fate. Sender and subject are gone once they were erased."""

    id: int
    message_id: str
    sender: str | None
    subject: str | None
    fate: FateKind
    reason: str | None
    size_bytes: int
    user_id: int | None
    ticket_id: int | None
    ticket_number: str | None
    comment_id: int | None
    is_folded: bool
    received_at: datetime


class InboundText(msgspec.Struct, frozen=True):
    """All that a reply said, with what it quoted."""

    text: str


class InboundPage(msgspec.Struct, frozen=True):
    messages: list[InboundMessage]
    pagination: Pagination
