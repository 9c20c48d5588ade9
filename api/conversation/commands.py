"""Say something on a ticket, and correct it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from api.conversation.queries import get_comment
from api.conversation.rules import EDIT_WINDOW_SECONDS, mentioned_handles, to_html
from api.conversation.wire import Draft, DraftText, Mode, NewComment
from api.errors import Conflict, Forbidden, NotFound
from api.events.catalogue import CommentAdded, CommentEdited, WatcherAdded, WatcherRemoved
from api.events.fields import CommentFields
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.visibility import may_speak, visible_tickets


class _Ticket(msgspec.Struct, frozen=True):
    id: int
    customer_id: int
    updated_at: datetime


class _Said(msgspec.Struct, frozen=True):
    id: int
    mentioned_user_ids: list[int]


async def add_comment(tx: Tx, ticket_id: int, data: NewComment) -> int:
    """Append a comment and return its id. The ticket's version stays: a changed field never blocks a reply.
    The author's draft of it is gone with that.

    Staff who are mentioned as `@name` watch the ticket from then on, and so does staff who speaks.
    Raises NotFound when the actor may not see the ticket, Forbidden when a customer writes internally or to a
    colleague's ticket.
    """
    if data.is_internal and not tx.actor.is_staff and tx.actor.kind != "system":
        raise Forbidden("comment.internal", "Internal notes are for the team that handles the ticket.")
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
    is_by_staff = tx.actor.is_staff or tx.actor.kind == "system"
    salt = secrets.token_bytes(16)
    said = await tx.one(
        _INSERT,
        {
            "ticket_id": ticket_id,
            "author_id": tx.actor.id,
            "body": data.comment,
            "body_html": to_html(data.comment),
            "is_internal": data.is_internal,
            "is_by_staff": is_by_staff,
            "handles": mentioned_handles(data.comment) if is_by_staff else [],
            "salt": salt,
            "now": tx.now,
        },
        _Said,
    )
    assert said is not None
    await tx.append(
        CommentAdded(
            entity_id=said.id,
            ticket_id=ticket_id,
            new=CommentFields(
                is_internal=data.is_internal,
                is_by_staff=is_by_staff,
                author_id=tx.actor.id,
                body_sha256=salted_sha256(salt, data.comment),
                mentioned_user_ids=said.mentioned_user_ids,
            ),
        )
    )
    return said.id


_INSERT = """
with mentioned as (
    select u.id from users u
    where lower(split_part(u.email, '@', 1)) = any(%(handles)s::text[]) and u.is_active and u.role <> 'customer'
), said as (
    insert into comments (ticket_id, author_id, body, body_html, is_internal, is_by_staff, mentioned_user_ids, salt, created_at)
    values (%(ticket_id)s, %(author_id)s, %(body)s, %(body_html)s, %(is_internal)s, %(is_by_staff)s,
            (select coalesce(array_agg(id order by id), '{}') from mentioned), %(salt)s, %(now)s)
    returning id, mentioned_user_ids
), watching as (
    insert into ticket_watchers (ticket_id, user_id, created_at)
    select %(ticket_id)s, w.id, %(now)s
    from (select id from mentioned union select %(author_id)s::bigint where %(is_by_staff)s and %(author_id)s::bigint is not null) w
    on conflict do nothing
), touched as (
    update tickets set updated_at = %(now)s where id = %(ticket_id)s
), sent as (
    delete from drafts where user_id = %(author_id)s and ticket_id = %(ticket_id)s
                         and mode = case when %(is_internal)s then 'note' else 'reply' end
)
select id, mentioned_user_ids from said
"""


async def write_comments(tx: Tx, said: Sequence[tuple[int, NewComment]]) -> list[CommentAdded]:
    """Write comments of the actor, who is no person, on tickets the caller holds; it appends the events, in the order given.

    One statement for all of them. Nobody is mentioned and nobody watches: there is no author to be answered.
    """
    if not said:
        return []
    salts = [secrets.token_bytes(16) for _ in said]
    ids = await tx.values(
        """
        with said as (
            select * from unnest(%(ticket_id)s::bigint[], %(body)s::text[], %(body_html)s::text[], %(is_internal)s::bool[],
                                 %(salt)s::bytea[]) with ordinality as c (ticket_id, body, body_html, is_internal, salt, n)
        ), touched as (
            update tickets t set updated_at = greatest(t.updated_at, %(now)s) from said where t.id = said.ticket_id
        )
        insert into comments (ticket_id, author_id, body, body_html, is_internal, is_by_staff, salt, created_at)
        select ticket_id, null, body, body_html, is_internal, true, salt, %(now)s from said order by n
        returning id
        """,
        {
            "ticket_id": [ticket_id for ticket_id, _ in said],
            "body": [comment.comment for _, comment in said],
            "body_html": [to_html(comment.comment) for _, comment in said],
            "is_internal": [comment.is_internal for _, comment in said],
            "salt": salts,
            "now": tx.now,
        },
    )
    return [
        CommentAdded(
            entity_id=comment_id,
            ticket_id=ticket_id,
            new=CommentFields(
                is_internal=comment.is_internal,
                is_by_staff=True,
                author_id=None,
                body_sha256=salted_sha256(salt, comment.comment),
            ),
        )
        for comment_id, (ticket_id, comment), salt in zip(ids, said, salts, strict=True)
    ]


async def edit_comment(tx: Tx, comment_id: int, body: str) -> None:
    """Replace the words of one's own comment; the earlier ones are kept beside it.

    Raises NotFound when the actor may not see it, Forbidden when it is another's, Conflict when a public one is older
    than EDIT_WINDOW_SECONDS.
    """
    comment = await get_comment(tx, comment_id)
    if tx.actor.role != "admin" and (comment.author is None or comment.author.id != tx.actor.id):
        raise Forbidden("comment.not_yours", "Only its author may correct a comment.")
    until = comment.created_at + timedelta(seconds=EDIT_WINDOW_SECONDS)
    if not comment.is_internal and tx.now > until:
        raise Conflict("comment.too_old", "It has been public for too long to be changed; add another comment.")
    if body == comment.body:
        return
    salt = secrets.token_bytes(16)
    await tx.run(
        """
        with kept as (
            insert into comment_edits (comment_id, edited_by, body, edited_at)
            select c.id, %(actor_id)s, c.body, %(now)s from comments c where c.id = %(id)s
        )
        update comments set body = %(body)s, body_html = %(body_html)s, salt = %(salt)s, edited_at = %(now)s
        where id = %(id)s
        """,
        {
            "id": comment_id,
            "actor_id": tx.actor.id,
            "body": body,
            "body_html": to_html(body),
            "salt": salt,
            "now": tx.now,
        },
    )
    await tx.append(
        CommentEdited(
            entity_id=comment_id,
            ticket_id=comment.ticket_id,
            new=CommentFields(
                is_internal=comment.is_internal,
                is_by_staff=comment.is_by_staff,
                author_id=comment.author.id if comment.author else None,
                body_sha256=salted_sha256(salt, body),
                mentioned_user_ids=comment.mentioned_user_ids,
            ),
        )
    )


async def watch_ticket(tx: Tx, ticket_id: int, *, is_watching: bool) -> None:
    """Follow a visible ticket's events, or no more. Raises NotFound when the actor may not see it."""
    visible, params = visible_tickets(tx.actor)
    if not await tx.value(
        f"select t.id from tickets t where t.id = %(ticket_id)s and {visible}", params | {"ticket_id": ticket_id}
    ):
        raise NotFound("ticket.not_found", "There is no such ticket.")
    statement = (
        "insert into ticket_watchers (ticket_id, user_id, created_at) values (%(ticket_id)s, %(user_id)s, %(now)s) "
        "on conflict do nothing"
        if is_watching
        else "delete from ticket_watchers where ticket_id = %(ticket_id)s and user_id = %(user_id)s"
    )
    changed = await tx.run(statement, {"ticket_id": ticket_id, "user_id": tx.actor.id, "now": tx.now})
    if changed:
        event = WatcherAdded if is_watching else WatcherRemoved
        await tx.append(event(entity_id=tx.actor.id, ticket_id=ticket_id, new={"user_id": tx.actor.id}))


async def save_draft(tx: Tx, ticket_id: int, mode: Mode, data: DraftText) -> Draft:
    """Keep what the actor has written so far; the last writer wins, and the draft's key stays until it is sent.

    Raises NotFound when the actor may not see the ticket, Forbidden for a customer's note, Conflict when the draft of
    this key was sent meanwhile.
    """
    if mode == "note" and not tx.actor.is_staff:
        raise Forbidden("comment.internal", "Internal notes are for the team that handles the ticket.")
    visible, params = visible_tickets(tx.actor)
    params |= {
        "user_id": tx.actor.id,
        "ticket_id": ticket_id,
        "mode": mode,
        "body": data.body,
        "key": data.idempotency_key,
        "new_key": secrets.token_urlsafe(18),
        "operation": f"add_comment:{ticket_id}",
        "now": tx.now,
    }
    if data.idempotency_key and await tx.value(
        "select true from idempotency_keys where actor_id = %(user_id)s and operation = %(operation)s and key = %(key)s",
        params,
    ):
        raise Conflict("draft.sent", "These words were sent already.")
    draft = await tx.one(
        f"""
        insert into drafts as d (user_id, ticket_id, mode, body, idempotency_key, updated_at)
        select %(user_id)s, t.id, %(mode)s, %(body)s, coalesce(%(key)s, %(new_key)s), %(now)s
        from tickets t where t.id = %(ticket_id)s and {visible}
        on conflict (user_id, ticket_id, mode) do update
        set body = excluded.body, updated_at = greatest(excluded.updated_at, d.updated_at)
        returning d.mode, d.body, d.idempotency_key, d.updated_at
        """,
        params,
        Draft,
    )
    if draft is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    return draft


async def drop_draft(tx: Tx, ticket_id: int, mode: Mode) -> None:
    """Throw the actor's draft away; one that is not there is no error."""
    await tx.run(
        "delete from drafts where user_id = %(user_id)s and ticket_id = %(ticket_id)s and mode = %(mode)s",
        {"user_id": tx.actor.id, "ticket_id": ticket_id, "mode": mode},
    )
