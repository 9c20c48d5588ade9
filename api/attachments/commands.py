"""Give a ticket files that already lie in storage, and take them away again."""

import secrets
from datetime import datetime

import msgspec

from api.attachments.leftovers import claim, condemn
from api.attachments.queries import StoredAttachment, count_attachments, get_stored
from api.attachments.receive import Received, ReceivedFile, too_many
from api.errors import Forbidden, Invalid, NotFound
from api.events.catalogue import AttachmentAdded, AttachmentRemoved
from api.events.fields import AttachmentFields
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.visibility import may_speak, visible_comments, visible_tickets

_YES = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}


class _Ticket(msgspec.Struct, frozen=True):
    id: int
    customer_id: int
    updated_at: datetime


class _Place(msgspec.Struct, frozen=True):
    """What of a ticket the files belong to."""

    comment_id: int | None
    is_internal: bool


async def add_attachments(tx: Tx, ticket_id: int, received: Received) -> list[int]:
    """Claim the folders and insert a row for each of its files, with `attachment.added`; returns their ids.

    Files of a comment are as internal as it is. Raises NotFound when the actor may not see the ticket or the comment,
    Forbidden when it is another's, a colleague's, or a customer writes internally, Invalid when there are none or too many.
    """
    if not received.files:
        raise Invalid("attachment.none", "Send at least one file in the field 'files'.", field="files")
    visible, params = visible_tickets(tx.actor)
    ticket = await tx.one(
        f"select t.id, t.customer_id, t.updated_at from tickets t where t.id = %(ticket_id)s and {visible} for update of t",
        params | {"ticket_id": ticket_id},
        _Ticket,
    )
    if ticket is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    if not may_speak(tx.actor, ticket.customer_id):
        raise Forbidden("ticket.not_yours", "You may read this ticket of a colleague; only they can add to it.")
    tx.not_before(ticket.updated_at)
    room = (await get_settings(tx)).attachments_per_ticket - await count_attachments(tx, ticket_id)
    if len(received.files) > room:
        raise too_many(max(room, 0))
    place = await _place(tx, ticket_id, received.fields)
    await claim(tx, {file.folder.partition("/")[0] for file in received.files})
    salts = [secrets.token_bytes(16) for _ in received.files]
    ids = await _insert(tx, ticket_id, place, received.files, salts)
    await tx.append(
        *(
            AttachmentAdded(
                entity_id=attachment_id,
                ticket_id=ticket_id,
                new=_fields(file.name, file, place.is_internal, tx.actor.id, place.comment_id, salt),
            )
            for attachment_id, file, salt in zip(ids, received.files, salts, strict=True)
        )
    )
    return ids


async def remove_attachment(tx: Tx, key: str) -> None:
    """Take a file away: its row now, its bytes with the next sweep.

    Raises NotFound when the actor may not see it, Forbidden unless they sent it or are an admin.
    """
    file = await get_stored(tx, key)
    if tx.actor.role != "admin" and file.uploaded_by != tx.actor.id:
        raise Forbidden("attachment.not_yours", "Only who sent a file, or an admin, may take it away.")
    if not await tx.run("delete from attachments where id = %(id)s", {"id": file.id}):
        raise NotFound("attachment.not_found", "There is no such file.")
    await condemn(tx, [file.folder])
    await tx.append(
        AttachmentRemoved(
            entity_id=file.id,
            ticket_id=file.ticket_id,
            new=_fields(file.name, file, file.is_internal, file.uploaded_by, file.comment_id, file.salt),
        )
    )


async def _place(tx: Tx, ticket_id: int, fields: dict[str, str]) -> _Place:
    is_internal = _YES.get(fields.get("is_internal", "").lower())
    if is_internal is None:
        raise Invalid("attachment.is_internal", "is_internal is true or false.", field="is_internal")
    if comment := fields.get("comment_id"):
        return await _place_of_comment(tx, ticket_id, comment)
    if is_internal and not tx.actor.is_staff:
        raise Forbidden("attachment.internal", "Internal files are for the team that handles the ticket.")
    return _Place(None, is_internal)


async def _place_of_comment(tx: Tx, ticket_id: int, sent: str) -> _Place:
    found = await tx.dicts(
        f"""
        select c.author_id, c.is_internal from comments c
        where c.id = %(id)s and c.ticket_id = %(ticket_id)s and {visible_comments(tx.actor)}
        """,
        {"id": int(sent) if sent.isdecimal() and len(sent) <= 18 else 0, "ticket_id": ticket_id},
    )
    if not found:
        raise NotFound("comment.not_found", "This ticket has no such comment.")
    if found[0]["author_id"] != tx.actor.id:
        raise Forbidden("attachment.comment_not_yours", "Files go with comments of one's own.")
    return _Place(int(sent), found[0]["is_internal"])


async def _insert(tx: Tx, ticket_id: int, place: _Place, files: list[ReceivedFile], salts: list[bytes]) -> list[int]:
    return await tx.values(
        """
        with touched as (update tickets set updated_at = %(now)s where id = %(ticket_id)s)
        insert into attachments (key, ticket_id, comment_id, uploaded_by, name, content_type, size_bytes, sha256, folder,
                                 is_internal, has_preview, salt, created_at)
        select f.key, %(ticket_id)s, %(comment_id)s, %(uploaded_by)s, f.name, f.content_type, f.size_bytes, f.sha256,
               f.folder, %(is_internal)s, f.has_preview, f.salt, %(now)s
        from unnest(%(keys)s::text[], %(names)s::text[], %(types)s::text[], %(sizes)s::bigint[], %(hashes)s::bytea[],
                    %(folders)s::text[], %(previews)s::bool[], %(salts)s::bytea[])
             with ordinality as f (key, name, content_type, size_bytes, sha256, folder, has_preview, salt, n)
        order by f.n
        returning id
        """,
        {
            "ticket_id": ticket_id,
            "comment_id": place.comment_id,
            "uploaded_by": tx.actor.id,
            "is_internal": place.is_internal,
            "now": tx.now,
            "keys": [secrets.token_urlsafe(24) for _ in files],
            "names": [file.name for file in files],
            "types": [file.content_type for file in files],
            "sizes": [file.size_bytes for file in files],
            "hashes": [file.sha256 for file in files],
            "folders": [file.folder for file in files],
            "previews": [file.has_preview for file in files],
            "salts": salts,
        },
    )


def _fields(
    name: str,
    file: ReceivedFile | StoredAttachment,
    is_internal: bool,
    uploaded_by: int | None,
    comment_id: int | None,
    salt: bytes,
) -> AttachmentFields:
    return AttachmentFields(
        is_internal=is_internal,
        uploaded_by=uploaded_by,
        comment_id=comment_id,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        name_sha256=salted_sha256(salt, name),
        content_sha256=salted_sha256(salt, file.sha256.hex()),
    )
