"""Take a mail in: find out whose it is and what it answers, say it as its sender, and write down what became of it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

import msgspec

from api.actor import SYSTEM, Actor, Role
from api.attachments.commands import add_attachments
from api.attachments.leftovers import condemn
from api.attachments.queries import count_attachments
from api.attachments.receive import Received, ReceivedFile
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.deliveries.queries import list_tickets_of_messages
from api.errors import Conflict
from api.events.tx import Tx
from api.inbound.queries import Answered, Sender, find_answered, find_fate, get_sender, list_tickets_of_mails
from api.inbound.rules.fate import dmarc_of, dmarc_reason, machine_reason
from api.inbound.rules.mail import Mail
from api.inbound.rules.words import MAX_LENGTH, cut, folded
from api.inbound.wire import Fate, FateKind
from api.installation.queries import get_settings
from api.installation.rules import InstallationSettings
from api.notifications.rules.addresses import replied_ticket_id
from api.people.commands.users import create_user
from api.people.wire import NewUser
from api.tickets.commands.create import create_ticket
from api.tickets.commands.link import link_tickets
from api.tickets.commands.status import change_status
from api.tickets.wire import NewTicket, StatusChange

MAX_LEFT_OUT = 20
"""Names of files that were not taken; the rest is a number."""


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A mail whose files lie in `folder`, which is None when none do. `left_out` names files that were not taken."""

    mail: Mail
    size_bytes: int
    folder: str | None
    files: list[ReceivedFile]
    left_out: list[str]


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """Where the words of a mail went."""

    fate: FateKind
    ticket_id: int
    comment_id: int | None = None
    folded: str | None = None


async def take_mail(tx: Tx, arrived: Arrived, *, secret: str, own_addresses: frozenset[str]) -> Fate:
    """Let the mail in, or refuse it with a reason; the same mail again gets the fate it had.

    Mails of one sender wait for each other, so that the limit holds. Raises UniqueViolation when the same mail came in
    under another sender at this moment.
    """
    mail = arrived.mail
    await tx.run(
        "select pg_advisory_xact_lock(hashtext('inbound'), hashtext(%(sender)s))", {"sender": mail.sender or ""}
    )
    if known := await find_fate(tx, mail.message_id):
        return known
    if reason := machine_reason(mail, own_addresses):
        return await _write_down(tx, arrived, reason=reason)
    settings = await get_settings(tx)
    sender = await get_sender(tx, mail.sender or "")
    if reason := _reason(arrived, sender, settings):
        return await _write_down(tx, arrived, reason=reason, user_id=sender.id)
    actor = await _actor(tx, mail, sender, settings)
    with tx.acting_as(actor):
        answered = await _answered(tx, mail, secret)
        if answered is None and actor.is_staff:
            # a complaint has a customer, whom a forwarded mail does not name
            return await _write_down(tx, arrived, reason="no_ticket", user_id=actor.id)
        said = await _say(tx, arrived, answered)
        await _attach(tx, arrived, said, settings)
    return await _write_down(tx, arrived, said=said, user_id=actor.id)


async def refuse_unread(tx: Tx, message_id: str, reason: str, size_bytes: int) -> Fate:
    """Write down a mail that was not read: too large, or nested beyond sense."""
    if known := await find_fate(tx, message_id):
        return known
    return await _insert(tx, {"message_id": message_id, "fate": "refused", "reason": reason, "size_bytes": size_bytes})


def _reason(arrived: Arrived, sender: Sender, settings: InstallationSettings) -> str | None:
    if sender.sent >= settings.inbound_limit_per_sender:
        return "too_many"
    is_staff = sender.role in ("agent", "admin")
    dmarc = dmarc_of(arrived.mail, settings.inbound_authserv_id)
    if reason := dmarc_reason(dmarc, settings.inbound_dmarc, is_staff=is_staff):
        return reason
    if sender.id is None and settings.inbound_unknown_sender == "refuse":
        return "unknown_sender"
    if sender.id is not None and not sender.is_active:
        return "inactive_sender"
    if not (arrived.mail.text or arrived.mail.subject or arrived.files):
        return "empty"
    return None


async def _actor(tx: Tx, mail: Mail, sender: Sender, settings: InstallationSettings) -> Actor:
    """The sender, who becomes a customer when nobody has the address."""
    address = mail.sender or ""
    if sender.id is not None:
        teams: list[int] = await tx.values(
            "select team_id from team_members where user_id = %(id)s order by team_id", {"id": sender.id}
        )
        return Actor(
            id=sender.id,
            role=cast(Role, sender.role),
            name=sender.name or "",
            team_ids=tuple(teams),
            restrict_to_team=settings.restrict_to_team,
        )
    name = mail.sender_name or address.partition("@")[0]
    with tx.acting_as(SYSTEM):
        user_id = await create_user(
            tx, NewUser(email=address, name=name, role="customer", language=_language(settings.default_locale))
        )
    return Actor(id=user_id, role="customer", name=name)


def _language(locale: str) -> str:
    return locale if locale in ("en", "de") else "en"


async def _say(tx: Tx, arrived: Arrived, answered: Answered | None) -> _Said:
    """A comment on the ticket it answers; else, and when that was closed too long ago, a ticket."""
    if answered is None:
        return await _open(tx, arrived)
    if answered.status == "closed" and not tx.actor.is_staff:
        try:
            await change_status(tx, answered.id, StatusChange(status="in_progress"))
        except Conflict:
            opened = await _open(tx, arrived)
            await link_tickets(tx, opened.ticket_id, answered.id, "related")
            return opened
    text, whole = folded(arrived.mail.text)
    # who writes by mail cannot see who will read it: what staff says stays inside
    comment = NewComment(comment=_words(text, arrived), is_internal=tx.actor.is_staff)
    comment_id = await add_comment(tx, answered.id, comment)
    return _Said(fate="comment", ticket_id=answered.id, comment_id=comment_id, folded=whole)


async def _answered(tx: Tx, mail: Mail, secret: str) -> Answered | None:
    """By the signed address it was sent to, then by the mails it names. Only a ticket its sender may see."""
    signed = [replied_ticket_id(secret, address) for address in mail.recipients]
    ours = [found for reference in mail.references if (found := _uuid(reference)) is not None]
    tickets = [
        *(ticket_id for ticket_id in signed if ticket_id is not None),
        *(await list_tickets_of_messages(tx, ours) if ours else []),
        *(await list_tickets_of_mails(tx, mail.references) if mail.references else []),
    ]
    return await find_answered(tx, tickets) if tickets else None


def _uuid(reference: str) -> UUID | None:
    try:
        return UUID(reference[1:].partition("@")[0])
    except ValueError:
        return None


async def _open(tx: Tx, arrived: Arrived) -> _Said:
    mail = arrived.mail
    new = NewTicket(
        subject=mail.subject or mail.text.partition("\n")[0][:200].strip() or "(no subject)",
        description=_words(mail.text or mail.subject, arrived),
    )
    return _Said(fate="ticket", ticket_id=await create_ticket(tx, new, "email"))


def _words(text: str, arrived: Arrived) -> str:
    """The text, and what of the mail was not taken. Never empty."""
    left_out = arrived.left_out
    if not left_out:
        return cut(text)[0] or "(no text)"
    more = f" and {len(left_out) - MAX_LEFT_OUT} more" if len(left_out) > MAX_LEFT_OUT else ""
    note = f"\n\n(Not taken: {', '.join(left_out[:MAX_LEFT_OUT])}{more})"
    return (text[: MAX_LENGTH - len(note)].rstrip() + note).strip()


async def _attach(tx: Tx, arrived: Arrived, said: _Said, settings: InstallationSettings) -> None:
    """As many of the files as the ticket has room for; the others are left to the sweep."""
    if arrived.folder is None or not arrived.files:
        return
    room = max(settings.attachments_per_ticket - await count_attachments(tx, said.ticket_id), 0)
    taken, over = arrived.files[:room], arrived.files[room:]
    if not taken:
        return
    place = {"comment_id": str(said.comment_id)} if said.comment_id is not None else {}
    await add_attachments(tx, said.ticket_id, Received(taken, place))
    await condemn(tx, [file.folder for file in over])


async def _write_down(
    tx: Tx, arrived: Arrived, *, said: _Said | None = None, reason: str | None = None, user_id: int | None = None
) -> Fate:
    mail = arrived.mail
    return await _insert(
        tx,
        {
            "message_id": mail.message_id,
            "sender": mail.sender,
            "subject": mail.subject or None,
            "fate": said.fate if said else "refused",
            "reason": reason,
            "size_bytes": arrived.size_bytes,
            "folded": said.folded if said else None,
            "user_id": user_id,
            "ticket_id": said.ticket_id if said else None,
            "comment_id": said.comment_id if said else None,
        },
    )


_COLUMNS: Sequence[str] = (
    "message_id", "sender", "subject", "fate", "reason", "size_bytes", "folded", "user_id", "ticket_id", "comment_id",
)  # fmt: skip


async def _insert(tx: Tx, values: dict[str, object]) -> Fate:
    fate = await tx.one(
        f"""
        insert into inbound_messages ({", ".join(_COLUMNS)}, received_at)
        values ({", ".join(f"%({name})s" for name in _COLUMNS)}, %(now)s)
        returning id, fate, reason, ticket_id, comment_id
        """,
        dict.fromkeys(_COLUMNS) | values | {"now": tx.now},
        Fate,
    )
    assert fate is not None
    return fate
