"""A customer's complaints, as a list tells of them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from api.db import Read, sql
from api.pages import window
from api.tickets.wire import Status
from api.visibility import visible_comments, visible_tickets


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket with the beginning of the last public answer, as HTML, and the next promise that is not kept yet."""

    id: int
    number: str
    subject: str
    status: Status
    version: int
    customer_id: int
    customer_name: str
    updated_at: datetime
    promised_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None


async def list_complaints(
    read: Read, *, statuses: Sequence[Status] | None = None, ids: Sequence[int] | None = None, page: int = 1, limit: int
) -> list[Complaint]:
    """A page of the tickets the reader may see, the last changed first, and the first one of the next page; or these, in
    their order. Raises Malformed."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    text = (
        sql("tickets/complaints").replace("/*visible*/", visible).replace("/*comments*/", visible_comments(read.actor))
    )
    params = params | {
        "statuses": None if statuses is None else list(statuses),
        "ids": None if ids is None else list(ids),
        "limit": size + 1,
        "offset": offset,
    }
    return await read.all(text, params, Complaint)
