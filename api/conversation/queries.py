"""Reads of comments, each limited to what its reader may see."""

import msgspec

from api.conversation.wire import Comment, CommentEdit, CommentPage, Draft
from api.db import Read
from api.errors import NotFound
from api.visibility import visible_comments, visible_tickets

LIMIT = 500
"""Comments a ticket shows at once: its newest."""
EDITS = 100

_COMMENT = """
select c.id, c.ticket_id, case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as author,
       c.is_internal, c.is_by_staff, c.body, c.body_html, c.mentioned_user_ids, c.created_at, c.edited_at
from comments c left join users u on u.id = c.author_id
"""


async def list_comments(read: Read, ticket_id: int) -> list[Comment]:
    """The newest LIMIT comments of a ticket that the reader is known to see, oldest first."""
    rows = await read.dicts(
        _COMMENT
        + f"where c.ticket_id = %(ticket_id)s and {visible_comments(read.actor)} order by c.id desc limit {LIMIT}",
        {"ticket_id": ticket_id},
    )
    return msgspec.convert(rows[::-1], list[Comment])


async def list_comments_after(read: Read, ticket_id: int, after: int, limit: int) -> CommentPage:
    """Comments of a visible ticket from the one after `after` on, at most `limit`, oldest first."""
    visible, params = visible_tickets(read.actor)
    rows = await read.dicts(
        _COMMENT
        + f"""join tickets t on t.id = c.ticket_id
              where c.ticket_id = %(ticket_id)s and c.id > %(after)s and {visible} and {visible_comments(read.actor)}
              order by c.id limit %(limit)s""",
        params | {"ticket_id": ticket_id, "after": after, "limit": limit + 1},
    )
    shown = msgspec.convert(rows[:limit], list[Comment])
    return CommentPage(shown, shown[-1].id if len(rows) > limit else None)


async def get_comment(read: Read, comment_id: int) -> Comment:
    """One comment. Raises NotFound when the reader may not see it or its ticket."""
    visible, params = visible_tickets(read.actor)
    rows = await read.dicts(
        _COMMENT
        + f"""join tickets t on t.id = c.ticket_id
              where c.id = %(comment_id)s and {visible} and {visible_comments(read.actor)}""",
        params | {"comment_id": comment_id},
    )
    if not rows:
        raise NotFound("comment.not_found", "There is no such comment.")
    return msgspec.convert(rows[0], Comment)


async def list_edits(read: Read, comment_id: int) -> list[CommentEdit]:
    """Earlier texts of a comment the reader is known to see, newest first, at most EDITS."""
    rows = await read.dicts(
        f"""
        select e.id, e.body, e.edited_at,
               case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as edited_by
        from comment_edits e left join users u on u.id = e.edited_by
        where e.comment_id = %(comment_id)s order by e.id desc limit {EDITS}
        """,
        {"comment_id": comment_id},
    )
    return msgspec.convert(rows, list[CommentEdit])


async def list_drafts(read: Read, ticket_id: int) -> list[Draft]:
    """The reader's own drafts on a visible ticket: at most a reply and a note."""
    visible, params = visible_tickets(read.actor)
    return await read.all(
        f"""
        select d.mode, d.body, d.idempotency_key, d.updated_at from drafts d join tickets t on t.id = d.ticket_id
        where d.user_id = %(user_id)s and d.ticket_id = %(ticket_id)s and {visible} order by d.mode desc
        """,
        params | {"user_id": read.actor.id, "ticket_id": ticket_id},
        Draft,
    )
