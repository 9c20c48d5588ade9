"""What an e-mail to a person is made of, as that person may see it at this moment."""

from datetime import datetime
from typing import Any

import msgspec

from api.actor import Actor
from api.db import Read
from api.organisations.queries import SHARING
from api.visibility import visible_comments, visible_tickets

MAX_COMMENTS = 20


class TicketPart(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    number: str
    subject: str
    status: str
    priority: str
    is_to_be_rated: bool


class CommentPart(msgspec.Struct, frozen=True, kw_only=True):
    author: str
    body: str
    body_html: str


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """A person to whom an e-mail goes that is about no ticket."""

    name: str
    email: str
    language: str
    branding_name: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """The reader, the ticket, and what was said on it in the events that the e-mail is about."""

    reader: Actor
    email: str
    ticket: TicketPart
    comments: list[CommentPart]
    branding_name: str
    as_of: datetime


_BRANDING = """
coalesce((select value #>> '{}' from installation_settings where name = 'branding_name'), 'Redress') as branding_name
"""


async def find_addressee(read: Read, user_id: int) -> Addressee | None:
    """None when the person is no longer active."""
    return await read.one(
        f"select u.name, u.email, u.language, {_BRANDING} from users u where u.id = %(id)s and u.is_active",
        {"id": user_id},
        Addressee,
    )


async def find_letter(read: Read, user_id: int, ticket_id: int, event_ids: list[int]) -> Letter | None:
    """None when the person is no longer active, or may no longer see the ticket."""
    rows = await read.dicts(
        f"""
        select u.id, u.name, u.role, u.language, u.time_zone, u.email,
               coalesce((select array_agg(m.team_id) from team_members m where m.user_id = u.id), '{{}}') as team_ids,
               coalesce((select value = 'true' from installation_settings where name = 'restrict_to_team'), false)
                   as restrict_to_team,
               {SHARING} as organisation_id,
               {_BRANDING}
        from users u where u.id = %(user_id)s and u.is_active
        """,
        {"user_id": user_id},
    )
    if not rows:
        return None
    row: dict[str, Any] = rows[0]
    email, branding_name = row.pop("email"), row.pop("branding_name")
    reader = msgspec.convert(row, Actor)
    visible, params = visible_tickets(reader)
    params = params | {"ticket_id": ticket_id, "event_ids": event_ids, "limit": MAX_COMMENTS, "user_id": user_id}
    ticket = await read.one(
        f"""
        select t.id, t.number, t.subject, t.status, t.priority,
               t.status = 'resolved' and t.customer_id = %(user_id)s
                   and not exists (select from csat_ratings r where r.ticket_id = t.id) as is_to_be_rated
        from tickets t where t.id = %(ticket_id)s and {visible}
        """,
        params,
        TicketPart,
    )
    if ticket is None:
        return None
    comments = await read.all(
        f"""
        select coalesce(u.name, '') as author, c.body, c.body_html
        from audit_logs e join comments c on c.id = e.entity_id left join users u on u.id = c.author_id
        where e.ticket_id = %(ticket_id)s and e.id = any(%(event_ids)s) and e.action = 'comment.added'
          and c.ticket_id = %(ticket_id)s and {visible_comments(reader)}
        order by c.id limit %(limit)s
        """,
        params,
        CommentPart,
    )
    return Letter(
        reader=reader, email=email, ticket=ticket, comments=comments, branding_name=branding_name, as_of=read.now
    )
