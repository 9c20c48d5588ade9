"""Take the words out of tickets and all that hangs on them; keys, times and measures stay."""

from collections.abc import Sequence
from typing import Any

import msgspec

from api.attachments.leftovers import condemn
from api.attachments.queries import StoredAttachment
from api.db import sql
from api.deliveries.commands import forget_words
from api.events.catalogue import AttachmentRemoved, TicketUpdated
from api.events.fields import AttachmentFields, TicketFields
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.privacy.rules import ERASED, ERASED_HTML
from api.privacy.wire import Erased
from api.search.commands import index_tickets


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whose words go: all of these tickets, and what the person said, sent or was sent anywhere else."""

    ticket_ids: list[int]
    person_id: int | None = None
    address: str | None = None


class _ErasedTicket(msgspec.Struct, frozen=True):
    id: int
    kept: dict[str, Any]
    has_lost: bool


async def erase_words(tx: Tx, whose: Whose, held_ids: Sequence[int]) -> Erased:
    """Erase them; the caller holds the tickets, and `held_ids` besides, on which the person said something.

    Bytes of files go with the sweep, which finds their folders among the leftovers.
    """
    params: dict[str, Any] = {
        "tickets": whose.ticket_ids,
        "person": whose.person_id,
        "address": whose.address,
        "erased": ERASED,
        "erased_html": ERASED_HTML,
        "now": tx.now,
    }
    comments = await tx.run(sql("privacy/erase_comments"), params)
    tickets = await tx.all(sql("privacy/erase_tickets"), params, _ErasedTicket)
    for statement in _REST:
        await tx.run(statement, params)
    mails = await tx.run(_MAILS, params)
    deliveries = await forget_words(tx, whose.ticket_ids, whose.person_id, whose.address)
    removed = await remove_files(
        tx,
        "ticket_id = any(%(tickets)s) or uploaded_by = %(person)s",
        {"tickets": whose.ticket_ids, "person": whose.person_id},
    )
    await index_tickets(tx, {*whose.ticket_ids, *held_ids})
    await tx.append(
        *(
            TicketUpdated(entity_id=ticket.id, ticket_id=ticket.id, new=TicketFields(custom_attributes=ticket.kept))
            for ticket in tickets
            if ticket.has_lost
        )
    )
    return Erased(tickets=len(tickets), comments=comments, attachments=removed, deliveries=deliveries, mails=mails)


async def remove_files(tx: Tx, condition: str, params: dict[str, Any]) -> int:
    """Take away the attachments that meet `condition` (never a caller's text); returns how many."""
    files = await tx.all(
        f"""
        delete from attachments where {condition}
        returning id, ticket_id, comment_id, uploaded_by, name, content_type, size_bytes, sha256, folder, is_internal,
                  has_preview, salt
        """,
        params,
        StoredAttachment,
    )
    if files:
        await condemn(tx, [file.folder for file in files])
        await tx.append(*(_removed(file) for file in files))
    return len(files)


def _removed(file: StoredAttachment) -> AttachmentRemoved:
    return AttachmentRemoved(
        entity_id=file.id,
        ticket_id=file.ticket_id,
        new=AttachmentFields(
            is_internal=file.is_internal,
            uploaded_by=file.uploaded_by,
            comment_id=file.comment_id,
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            name_sha256=salted_sha256(file.salt, file.name),
            content_sha256=salted_sha256(file.salt, file.sha256.hex()),
        ),
    )


_REST = (
    "delete from drafts where ticket_id = any(%(tickets)s) or user_id = %(person)s",
    "update csat_ratings set comment = null where ticket_id = any(%(tickets)s) and comment is not null",
    """
    update time_entries set description = '', salt = decode(replace(gen_random_uuid()::text, '-', ''), 'hex')
    where ticket_id = any(%(tickets)s) or agent_id = %(person)s
    """,
    "update workflow_runs set results = '[]' where ticket_id = any(%(tickets)s)",
)

_MAILS = """
update inbound_messages
set sender = null, subject = null, folded = null,
    message_id = case when message_id like '<%%' then encode(sha256(convert_to(message_id, 'UTF8')), 'hex') else message_id end
where ticket_id = any(%(tickets)s) or user_id = %(person)s or sender = %(address)s
"""
