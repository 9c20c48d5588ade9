"""What a person chose to be told, and the words an administrator chose for it."""

from datetime import datetime, time
from typing import Any

import msgspec

from api.db import Read
from api.errors import NotFound
from api.notifications.rules.choices import ALWAYS, CHANNELS, TOPICS, is_on_by_default
from api.notifications.rules.words import LANGUAGES, Words, default_words
from api.notifications.wire import Choice, EmailTemplate, Preferences, Quiet


class _Hours(msgspec.Struct, frozen=True, kw_only=True):
    time_zone: str
    role: str
    starts_at: time | None
    ends_at: time | None
    weekdays: list[int]
    chosen: dict[str, bool]


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    topic: str
    language: str
    subject: str
    text: str
    html: str
    updated_at: datetime


async def get_notification_preferences(read: Read) -> Preferences:
    """The reader's grid, defaults included, and quiet hours."""
    row = await read.one(
        """
        select u.time_zone, u.role, q.starts_at, q.ends_at, coalesce(q.quiet_weekdays, '{}') as weekdays,
               coalesce((select jsonb_object_agg(p.topic || ':' || p.channel, p.is_on)
                         from notification_preferences p where p.user_id = u.id), '{}') as chosen
        from users u left join quiet_hours q on q.user_id = u.id where u.id = %(user_id)s
        """,
        {"user_id": read.actor.id},
        _Hours,
    )
    if row is None:
        raise NotFound("user.not_found", "There is no such person.")
    choices: list[Choice] = []
    for topic in TOPICS:
        is_required = topic in ALWAYS and row.role == "customer"
        on = {
            channel: row.chosen.get(f"{topic}:{channel}", is_on_by_default(topic, channel, row.role))
            for channel in CHANNELS
        }
        on["email"] = on["email"] or is_required
        choices.append(Choice(topic=topic, is_required=is_required, **on))
    quiet = Quiet(starts_at=_clock(row.starts_at), ends_at=_clock(row.ends_at), weekdays=row.weekdays)
    return Preferences(choices=choices, quiet=quiet, time_zone=row.time_zone)


def _clock(at: time | None) -> str | None:
    return None if at is None else at.strftime("%H:%M")


async def list_email_templates(read: Read) -> list[EmailTemplate]:
    """Every topic in every language, as changed or as it comes."""
    rows = await read.all("select topic, language, subject, text, html, updated_at from email_templates", None, _Kept)
    kept = {(row.topic, row.language): row for row in rows}
    return [_template(topic, language, kept.get((topic, language))) for topic in TOPICS for language in LANGUAGES]


async def get_email_template(read: Read, topic: str, language: str) -> EmailTemplate:
    """One topic's words in one language."""
    row = await read.one(
        """
        select topic, language, subject, text, html, updated_at
        from email_templates where topic = %(topic)s and language = %(language)s
        """,
        {"topic": topic, "language": language},
        _Kept,
    )
    return _template(topic, language, row)


def _template(topic: str, language: str, row: _Kept | None) -> EmailTemplate:
    words = default_words(topic, language) if row is None else Words(row.subject, row.text, row.html)
    fields: dict[str, Any] = {"topic": topic, "language": language, **msgspec.structs.asdict(words)}
    return msgspec.convert(
        fields | {"is_default": row is None, "updated_at": row.updated_at if row else None}, EmailTemplate
    )
