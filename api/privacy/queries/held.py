"""All that is held about a person, kind by kind, in pages of a bounded size."""

from typing import Any

from api.actor import Actor
from api.db import Read
from api.visibility import visible_attachments, visible_comments, visible_tickets

PAGE = 500

KINDS: dict[str, str] = {
    "person": """
        select id, email, name, role, is_active, availability, capacity, tags, language, time_zone, theme, density, created_at, updated_at
        from users where id = %(person)s and id > %(after)s
    """,
    "sessions": "select id, ip, user_agent, created_at, last_seen_at, expires_at, revoked_at from sessions where user_id = %(person)s and id > %(after)s",
    "api_tokens": "select id, name, scopes, created_at, expires_at, last_used_at from api_tokens where user_id = %(person)s and id > %(after)s",
    "second_factors": "select user_id as id, created_at, confirmed_at from second_factors where user_id = %(person)s and user_id > %(after)s",
    "notification_preferences": """
        select * from (select row_number() over (order by topic, channel) as id, topic, channel, is_on
                       from notification_preferences where user_id = %(person)s) p where id > %(after)s
    """,
    "push_subscriptions": "select id, name, endpoint, created_at from push_subscriptions where user_id = %(person)s and id > %(after)s",
    "tickets": """
        select t.id, t.number, t.subject, t.description, t.status, t.priority, t.source, t.tags, t.custom_attributes,
               t.created_at, t.updated_at, t.resolved_at, t.closed_at, t.outcome, t.remedy, t.remedy_amount,
               t.remedy_currency
        from tickets t where {own} and t.id > %(after)s
    """,
    "comments": """
        select c.id, c.ticket_id, c.author_id, c.body, c.created_at, c.edited_at
        from comments c join tickets t on t.id = c.ticket_id
        where (c.author_id = %(person)s or {own} and {comments}) and c.id > %(after)s
    """,
    "comment_edits": """
        select e.id, e.comment_id, e.body, e.edited_at from comment_edits e join comments c on c.id = e.comment_id
        where c.author_id = %(person)s and e.id > %(after)s
    """,
    "drafts": """
        select * from (select ticket_id * 2 + (mode = 'note')::int as id, ticket_id, mode, body, updated_at
                       from drafts where user_id = %(person)s) d where id > %(after)s
    """,
    "ratings": """
        select t.id, r.score, r.comment, r.rated_at from csat_ratings r join tickets t on t.id = r.ticket_id
        where {own} and t.id > %(after)s
    """,
    "attachments": """
        select a.id, a.ticket_id, a.comment_id, a.name, a.content_type, a.size_bytes, encode(a.sha256, 'hex') as sha256,
               a.folder, a.created_at
        from attachments a join tickets t on t.id = a.ticket_id
        where (a.uploaded_by = %(person)s or {own} and {attachments}) and a.id > %(after)s
    """,
    "time_entries": "select id, ticket_id, started_at, duration_seconds, is_billable, description from time_entries where agent_id = %(person)s and id > %(after)s",
    "deliveries": """
        select id, channel, kind, status, reason, ticket_id, recipient, payload, created_at, settled_at
        from deliveries
        where (user_id = %(person)s or lower(recipient) = (select lower(email) from users where id = %(person)s)) and id > %(after)s
    """,
    "mails": """
        select id, message_id, sender, subject, fate, reason, ticket_id, folded, received_at
        from inbound_messages
        where (user_id = %(person)s or sender = (select lower(email) from users where id = %(person)s)) and id > %(after)s
    """,
    "notifications": "select id, kind, ticket_id, details, created_at, read_at from notifications where user_id = %(person)s and id > %(after)s",
    "saved_searches": "select id, name, q, is_shared, created_at from saved_searches where owner_id = %(person)s and id > %(after)s",
    "watched_tickets": "select ticket_id as id, created_at from ticket_watchers where user_id = %(person)s and ticket_id > %(after)s",
    "events": """
        select id, occurred_at, action, ticket_id, ip, user_agent from audit_logs
        where (actor_id = %(person)s or entity_type in ('user', 'person', 'auth') and entity_id = %(person)s) and id > %(after)s
    """,
}
"""Kind → its statement, a page of which begins after the id `after`; `{own}`, `{comments}` and `{attachments}` are the
predicates of what a customer sees. What staff said among themselves about somebody is
not handed out."""


async def list_held(read: Read, person_id: int, kind: str, after: int) -> list[dict[str, Any]]:
    """A page of what is held of this kind, in the order of ids; all of it when shorter than PAGE."""
    customer = Actor(id=person_id, role="customer")
    own, params = visible_tickets(customer)
    statement = KINDS[kind].format(
        own=own, comments=visible_comments(customer), attachments=visible_attachments(customer)
    )
    return await read.dicts(f"{statement} order by id limit {PAGE}", params | {"person": person_id, "after": after})


async def is_person(read: Read, user_id: int) -> bool:
    """Whether there is such a person who was not erased."""
    return bool(
        await read.value("select exists (select from users where id = %(id)s and erased_at is null)", {"id": user_id})
    )
