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
    """One statement to find them and to write all notices, and one for all e-mails. Notices of one event to one person
    become one."""
    if not messages:
        return
    params: dict[str, object] = {
        "n": list(range(len(messages))),
        "is_notice": [message.subject is None for message in messages],
        "recipients": [msgspec.json.encode(message.recipients).decode() for message in messages],
        "user_ids": [msgspec.json.encode(message.user_ids).decode() for message in messages],
        "now": tx.now,
    }
    params |= {field: [getattr(message, field) for message in messages] for field in ("ticket_id", "event_id", "text")}
    people = await tx.all(sql("notifications/people"), params, _Person)
    await enqueue(tx, [_mail(messages[person.n], person) for person in people])


def _mail(message: Message, person: _Person) -> NewDelivery:
    return NewDelivery(
        channel="email",
        kind=WRITTEN,
        reason="unsubscribed" if person.is_unsubscribed else None,
        event_id=message.event_id,
        ticket_id=message.ticket_id,
        user_id=person.user_id,
        recipient=person.email,
        payload={"subject": message.subject, "text": message.text, "html": to_html(message.text)},
        dedupe_key=f"{message.key}:{person.user_id}",
    )
