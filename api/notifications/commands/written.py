"""Tell people what somebody wrote for them beforehand: the words of workflows, inside the app and by e-mail."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from api.conversation.rules import to_html
from api.db import sql
from api.deliveries.commands import NewDelivery, enqueue
from api.events.tx import Tx
from api.notifications.rules.words import WRITTEN

Recipient = Literal["customer", "assignee", "watchers", "team_leads"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Words for people of a ticket, and for staff by id. Without a `subject` it is a notice, else an e-mail.

    `text` is Markdown in an e-mail. Of messages with one `key` only the first goes to a person.
    """

    ticket_id: int
    event_id: int
    recipients: list[Recipient]
    user_ids: list[int]
    text: str
    subject: str | None = None
    key: str


class _Person(msgspec.Struct, frozen=True):
    n: int
    user_id: int
    email: str
    is_unsubscribed: bool


async def tell(tx: Tx, messages: Sequence[Message]) -> None:
    """One statement to see who they are for, one for all notices, one for all e-mails. Notices of one event to one
    person become one."""
    if not messages:
        return
    params = {
        "n": list(range(len(messages))),
        "ticket_id": [message.ticket_id for message in messages],
        "recipients": [msgspec.json.encode(message.recipients).decode() for message in messages],
        "user_ids": [msgspec.json.encode(message.user_ids).decode() for message in messages],
    }
    people = await tx.all(sql("notifications/people"), params, _Person)
    notices: dict[tuple[int, int, int], list[str]] = {}
    mails: list[NewDelivery] = []
    for person in people:
        message = messages[person.n]
        if message.subject is None:
            notices.setdefault((person.user_id, message.event_id, message.ticket_id), []).append(message.text)
        else:
            mails.append(_mail(message, message.subject, person))
    await _notify(tx, notices)
    await enqueue(tx, mails)


def _mail(message: Message, subject: str, person: _Person) -> NewDelivery:
    return NewDelivery(
        channel="email",
        kind=WRITTEN,
        reason="unsubscribed" if person.is_unsubscribed else None,
        event_id=message.event_id,
        ticket_id=message.ticket_id,
        user_id=person.user_id,
        recipient=person.email,
        payload={"subject": subject, "text": message.text, "html": to_html(message.text)},
        dedupe_key=f"{message.key}:{person.user_id}",
    )


async def _notify(tx: Tx, notices: dict[tuple[int, int, int], list[str]]) -> None:
    if not notices:
        return
    await tx.run(
        """
        insert into notifications (user_id, kind, ticket_id, event_id, details, created_at)
        select n.user_id, %(kind)s, n.ticket_id, n.event_id, jsonb_build_object('text', n.text), %(now)s
        from unnest(%(user_id)s::bigint[], %(event_id)s::bigint[], %(ticket_id)s::bigint[], %(text)s::text[])
             as n (user_id, event_id, ticket_id, text)
        on conflict (event_id, user_id, kind) do update
        set details = jsonb_build_object('text', (notifications.details ->> 'text') || E'\\n' || (excluded.details ->> 'text'))
        """,
        {
            "kind": WRITTEN,
            "user_id": [user_id for user_id, _, _ in notices],
            "event_id": [event_id for _, event_id, _ in notices],
            "ticket_id": [ticket_id for _, _, ticket_id in notices],
            "text": ["\n".join(texts) for texts in notices.values()],
            "now": tx.now,
        },
    )
