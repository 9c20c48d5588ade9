"""Make an e-mail of words and what they are about: subject, text, HTML, and the headers that hold a thread together."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from markupsafe import Markup

from api.conversation.rules import to_html
from api.deliveries.commands import Claimed
from api.notifications.queries.letters import Addressee, Letter
from api.notifications.rules.addresses import reply_address, unsubscribe_token
from api.notifications.rules.choices import ALWAYS
from api.notifications.rules.words import LAYOUT, RESET_WORDS, SAMPLE, UNSUBSCRIBE, Words
from api.sandbox import in_thread, render
from api.settings import Settings
from api.tickets.rules.rating import rating_token

_LAYOUT_VARIABLES = ("language", "title", "installation", "body", "unsubscribe_url", "unsubscribe")


def domain_of(settings: Settings) -> str:
    """Where our mail comes from."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2]


def unsubscribe_url(settings: Settings, user_id: int, topic: str) -> str | None:
    """The link that stops mails of a topic, or None for one that cannot be stopped."""
    if topic in ALWAYS:
        return None
    token = unsubscribe_token(settings.secret_key, user_id, topic)
    return f"{settings.url}/api/notifications/unsubscribe/{token}"


def rating_url(settings: Settings, ticket_id: int, now: datetime) -> str:
    """The link by which a customer rates without signing in."""
    return f"{settings.url}/rate/{rating_token(settings.secret_key, ticket_id, now)}"


def variables(letter: Letter, settings: Settings) -> dict[str, Any]:
    """What words may use, of one letter."""
    page = "complaints" if letter.reader.role == "customer" else "tickets"
    ticket = letter.ticket
    return {
        "recipient": {"name": letter.reader.name},
        "installation": {"name": letter.branding_name, "url": settings.url},
        "ticket": {
            "number": ticket.number,
            "subject": ticket.subject,
            "status": ticket.status.replace("_", " "),
            "priority": ticket.priority,
            "url": f"{settings.url}/{page}/{ticket.number}",
            "rating_url": rating_url(settings, ticket.id, letter.as_of) if ticket.is_to_be_rated else "",
        },
        "comments": [
            {"author": comment.author, "text": comment.body, "html": Markup(comment.body_html)}
            for comment in letter.comments
        ],
    }


def _said(payload: dict[str, Any]) -> dict[str, Any]:
    """The words that came with a delivery; of one that was sent before, those that were sent."""
    text = str(payload.get("text", ""))
    subject = payload.get("subject") or payload.get("headers", {}).get("Subject", "")
    return {
        "subject": subject,
        "text": text,
        "html": Markup(payload["html"] if "subject" in payload else to_html(text)),
    }


async def rendered(
    words: Words, values: dict[str, Any], language: str, unsubscribe_at: str | None
) -> tuple[str, str, str]:
    """(subject, text, HTML) in a thread of their own. Raises TemplateProblem."""

    def whole() -> str:
        subject = " ".join(render(words.subject, values, is_html=False).split())
        text = render(words.text, values, is_html=False)
        body = Markup(render(words.html, values, is_html=True))
        frame = {
            "language": language,
            "title": subject,
            "installation": values["installation"],
            "body": body,
            "unsubscribe_url": unsubscribe_at,
            "unsubscribe": UNSUBSCRIBE.get(language, UNSUBSCRIBE["en"]),
        }
        return "\x00".join((subject, text, render(LAYOUT, frame, is_html=True)))

    subject, text, html = (await in_thread(whole)).split("\x00", 2)
    return subject, text, html


async def preview(words: Words, language: str) -> tuple[str, str, str]:
    """The words about a complaint that was made up. Raises TemplateProblem."""
    return await rendered(words, SAMPLE, language, "https://example.com/unsubscribe")


async def letter_message(words: Words, letter: Letter, delivery: Claimed, settings: Settings) -> EmailMessage:
    """The message of a delivery: the same Message-ID at every try, and one thread per ticket.

    It says that a machine sent it, so that no machine answers (RFC 3834), and how to stop it with one click (RFC 8058).
    Raises TemplateProblem.
    """
    domain = domain_of(settings)
    stop_at = unsubscribe_url(settings, letter.reader.id or 0, delivery.kind)
    values = variables(letter, settings) | {"said": _said(delivery.payload or {})}
    subject, text, html = await rendered(words, values, letter.reader.language, stop_at)
    message = stoppable(new_message(delivery, settings, letter.email, subject, text, html), stop_at)
    message["Reply-To"] = reply_address(settings.secret_key, letter.ticket.id, domain)
    message["In-Reply-To"] = message["References"] = f"<ticket-{letter.ticket.id}@{domain}>"
    return message


async def reset_message(to: Addressee, token: str, delivery: Claimed, settings: Settings) -> EmailMessage:
    """The message with the link by which a person sets a new password."""
    language = to.language if to.language in RESET_WORDS else "en"
    values = {
        "recipient": {"name": to.name},
        "installation": {"name": to.branding_name, "url": settings.url},
        "reset": {"url": f"{settings.url}/reset/{token}"},
    }
    subject, text, html = await rendered(RESET_WORDS[language], values, language, None)
    return new_message(delivery, settings, to.email, subject, text, html)


def stoppable(message: EmailMessage, stop_at: str | None) -> EmailMessage:
    """The message, with the headers by which a mail program stops its kind in one click. (RFC 8058)"""
    if stop_at:
        message["List-Unsubscribe"] = f"<{stop_at}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def new_message(
    delivery: Claimed, settings: Settings, address: str, subject: str, text: str, html: str
) -> EmailMessage:
    """A message that says a machine sent it, with the same Message-ID at every try."""
    message = EmailMessage()
    message["Message-ID"] = f"<{delivery.message_id}@{domain_of(settings)}>"
    message["Date"] = format_datetime(delivery.created_at)
    message["From"] = settings.mail_from
    message["To"] = address
    message["Subject"] = subject[:300]
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
