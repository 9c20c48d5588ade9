"""Change the words of e-mails, or take back the change. The words stay out of the log."""

from api.errors import Invalid
from api.events.catalogue import TemplateRestored, TemplateUpdated
from api.events.tx import Tx
from api.notifications.letter import preview
from api.notifications.queries.choices import get_email_template
from api.notifications.rules.words import Words
from api.notifications.wire import EmailPreview, EmailTemplate, EmailTemplateChange
from api.sandbox import TemplateProblem


async def previewed(change: EmailTemplateChange, language: str) -> EmailPreview:
    """The words as they would look. Raises Invalid with what is wrong, and where."""
    try:
        subject, text, html = await preview(Words(change.subject, change.text, change.html), language)
    except TemplateProblem as problem:
        raise Invalid("template.invalid", str(problem), field="html") from problem
    return EmailPreview(subject, text, html)


async def update_email_template(tx: Tx, topic: str, language: str, change: EmailTemplateChange) -> EmailTemplate:
    """Keep the words, once they have been rendered. Raises Invalid."""
    await previewed(change, language)
    await tx.run(
        """
        insert into email_templates (topic, language, subject, text, html, updated_at, updated_by)
        values (%(topic)s, %(language)s, %(subject)s, %(text)s, %(html)s, %(now)s, %(actor_id)s)
        on conflict (topic, language) do update
        set subject = excluded.subject, text = excluded.text, html = excluded.html, updated_at = excluded.updated_at,
            updated_by = excluded.updated_by
        """,
        {
            "topic": topic,
            "language": language,
            "subject": change.subject,
            "text": change.text,
            "html": change.html,
            "now": tx.now,
            "actor_id": tx.actor.id,
        },
    )
    await tx.append(TemplateUpdated(entity_id=None, new={"topic": topic, "language": language}))
    return await get_email_template(tx, topic, language)


async def restore_email_template(tx: Tx, topic: str, language: str) -> EmailTemplate:
    """The words as they come with Redress; again changes nothing."""
    params = {"topic": topic, "language": language}
    if await tx.run("delete from email_templates where topic = %(topic)s and language = %(language)s", params):
        await tx.append(TemplateRestored(entity_id=None, new=params))
    return await get_email_template(tx, topic, language)
