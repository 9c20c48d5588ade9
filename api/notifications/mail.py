"""Send e-mails by the installation's SMTP server; without one they stay in the outbox."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from api.auth.commands.resets import issue_password_reset
from api.auth.rules import RESET_SECONDS
from api.db import Read
from api.deliveries.commands import Claimed
from api.deliveries.rules import Attempt
from api.events.openings import Openings
from api.notifications.letter import letter_message, reset_message
from api.notifications.queries.choices import get_email_template
from api.notifications.queries.letters import find_addressee, find_letter
from api.notifications.report import kept_of, report_message
from api.notifications.rules.reports import KINDS as REPORTS
from api.notifications.rules.words import LANGUAGES, RESET, WRITTEN, WRITTEN_WORDS, Words, default_words
from api.sandbox import TemplateProblem
from api.settings import Settings

TIMEOUT_SECONDS = 30
MAX_BODY = 100_000


async def send(openings: Openings, settings: Settings, delivery: Claimed) -> Attempt:
    """One e-mail, as its reader may see the ticket now. A refusal of the address or the message (5xx) is final.

    Words of an administrator that fail are replaced by those that come with Redress.
    """
    if delivery.kind == RESET:
        return await _send_reset(openings, settings, delivery)
    if delivery.kind in REPORTS:
        return await _send_report(openings, settings, delivery)
    async with openings.read() as read:
        letter = await find_letter(read, delivery.user_id or 0, delivery.ticket_id or 0, delivery.event_ids)
        if letter is None:
            return Attempt(outcome="suppressed", reason="inactive")
        language = letter.reader.language if letter.reader.language in LANGUAGES else LANGUAGES[0]
        words = await _words(read, delivery.kind, language)
    try:
        message = await letter_message(words, letter, delivery, settings)
    except TemplateProblem:
        if delivery.kind == WRITTEN:
            raise
        words = default_words(delivery.kind, language)
        message = await letter_message(words, letter, delivery, settings)
    return await _out(message, settings, _content(message))


async def _send_reset(openings: Openings, settings: Settings, delivery: Claimed) -> Attempt:
    """A link for a new password, made now; what is kept of a mail that went out does not hold it."""
    async with openings.tx() as tx:
        to = await find_addressee(tx, delivery.user_id or 0)
        if to is None:
            return Attempt(outcome="suppressed", reason="inactive")
        if tx.now - delivery.created_at > timedelta(seconds=RESET_SECONDS):
            return Attempt(outcome="suppressed", reason="gone")
        token = await issue_password_reset(tx, delivery.user_id or 0)
    message = await reset_message(to, token, delivery, settings)
    content = _content(message)
    if settings.smtp_url:
        content |= {part: str(content[part]).replace(token, "***") for part in ("text", "html")}
    return await _out(message, settings, content)


async def _send_report(openings: Openings, settings: Settings, delivery: Claimed) -> Attempt:
    """Pages of the dashboards; what is kept of a mail that went out does not hold its files."""
    async with openings.read() as read:
        to = await find_addressee(read, delivery.user_id or 0)
    if to is None:
        return Attempt(outcome="suppressed", reason="inactive")
    message = await report_message(to, delivery, settings)
    return await _out(message, settings, _content(message) | kept_of(delivery))


async def _out(message: EmailMessage, settings: Settings, content: dict[str, object]) -> Attempt:
    if not settings.smtp_url:
        return Attempt(outcome="kept", content=content)
    return await _hand_over(message, settings, content)


async def _words(read: Read, kind: str, language: str) -> Words:
    if kind == WRITTEN:
        return WRITTEN_WORDS
    template = await get_email_template(read, kind, language)
    return Words(template.subject, template.text, template.html)


async def _hand_over(message: EmailMessage, settings: Settings, content: dict[str, object]) -> Attempt:
    server = urlsplit(settings.smtp_url)
    try:
        _, answer = await aiosmtplib.send(
            message,
            sender=parseaddr(settings.mail_from)[1],
            hostname=server.hostname,
            port=server.port,
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=server.scheme == "smtps",
            timeout=TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPAuthenticationError as error:
        # our own settings are wrong: the mail is not to blame, and waits until they are right
        return Attempt(outcome="failed", status_code=error.code, response="The mail server does not let us in.")
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _refused(error.recipients[0])
    except aiosmtplib.SMTPResponseException as error:
        return _refused(error)
    except (aiosmtplib.SMTPException, OSError) as error:
        return Attempt(outcome="failed", response=f"{type(error).__name__}: {error}")
    return Attempt(outcome="sent", status_code=250, response=answer, content=content)


def _refused(error: aiosmtplib.SMTPResponseException) -> Attempt:
    is_final = 500 <= error.code < 600
    return Attempt(
        outcome="failed",
        status_code=error.code,
        response=error.message,
        reason="refused" if is_final else None,
        is_final=is_final,
    )


def _content(message: EmailMessage) -> dict[str, object]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "headers": {name: str(value) for name, value in message.items() if not name.startswith(("Content-", "MIME-"))},
        "text": text.get_content()[:MAX_BODY] if text else "",
        "html": html.get_content()[:MAX_BODY] if html else "",
    }
