"""Reads of attachments, each limited to what its reader may see."""

from collections.abc import Sequence

import msgspec

from api.attachments.wire import Attachment
from api.db import Read
from api.errors import NotFound
from api.visibility import visible_attachments, visible_tickets

LIMIT = 500
"""Files a ticket shows at once; no ticket may have more (`attachments_per_ticket`), but a merge can make one."""

ATTACHMENT = """
select a.id, a.key, a.ticket_id, a.comment_id, a.name, a.content_type, a.size_bytes, encode(a.sha256, 'hex') as sha256,
       a.is_internal, a.has_preview, a.created_at,
       case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as uploaded_by
from attachments a left join users u on u.id = a.uploaded_by
"""


class StoredAttachment(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment with what only storage and the log need to know."""

    id: int
    ticket_id: int
    comment_id: int | None
    uploaded_by: int | None
    name: str
    content_type: str
    size_bytes: int
    sha256: bytes
    folder: str
    is_internal: bool
    has_preview: bool
    salt: bytes


async def list_attachments(read: Read, ticket_id: int) -> list[Attachment]:
    """The files of a visible ticket, oldest first, at most LIMIT."""
    visible, params = visible_tickets(read.actor)
    rows = await read.dicts(
        ATTACHMENT
        + f"""join tickets t on t.id = a.ticket_id
              where a.ticket_id = %(ticket_id)s and {visible} and {visible_attachments(read.actor)}
              order by a.id limit {LIMIT}""",
        params | {"ticket_id": ticket_id},
    )
    return msgspec.convert(rows, list[Attachment])


async def list_added(read: Read, ids: Sequence[int]) -> list[Attachment]:
    """Files the reader has just added, oldest first."""
    rows = await read.dicts(ATTACHMENT + "where a.id = any(%(ids)s) order by a.id", {"ids": list(ids)})
    return msgspec.convert(rows, list[Attachment])


async def get_stored(read: Read, key: str) -> StoredAttachment:
    """The file that a key opens for its reader. Raises NotFound for a wrong key, and for a right one in wrong hands."""
    visible, params = visible_tickets(read.actor)
    found = await read.one(
        f"""
        select a.id, a.ticket_id, a.comment_id, a.uploaded_by, a.name, a.content_type, a.size_bytes, a.sha256, a.folder,
               a.is_internal, a.has_preview, a.salt
        from attachments a join tickets t on t.id = a.ticket_id
        where a.key = %(key)s and {visible} and {visible_attachments(read.actor)}
        """,
        params | {"key": key},
        StoredAttachment,
    )
    if found is None:
        raise NotFound("attachment.not_found", "There is no such file.")
    return found


async def count_attachments(read: Read, ticket_id: int) -> int:
    """How many files a ticket has, seen or not."""
    return await read.value("select count(*) from attachments where ticket_id = %(id)s", {"id": ticket_id})
