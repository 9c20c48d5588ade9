"""`/api/notifications`: one's own, and what one wants to be told; `/api/email-templates`: in which words."""

from typing import Annotated

from litestar import MediaType, Router, delete, get, patch, post, put
from litestar.datastructures import State
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.errors import NotFound
from api.events.tx import Tx
from api.notifications.commands import choices, push, reports, templates
from api.notifications.commands.notices import mark_all_read, mark_read
from api.notifications.queries.choices import get_email_template as read_template
from api.notifications.queries.choices import get_notification_preferences as read_preferences
from api.notifications.queries.choices import list_email_templates as read_templates
from api.notifications.queries.notices import count_unread as count
from api.notifications.queries.notices import list_notifications as read_notifications
from api.notifications.queries.push import list_push_subscriptions as read_subscriptions
from api.notifications.queries.reports import get_report_choices as read_reports
from api.notifications.rules.addresses import unsubscribed
from api.notifications.rules.choices import Topic
from api.notifications.rules.push import public_key
from api.notifications.rules.reports import KINDS as REPORTS
from api.notifications.rules.words import SAMPLE
from api.notifications.wire import (
    EmailPreview,
    EmailTemplate,
    EmailTemplateChange,
    EmailTemplates,
    Language,
    NewPushSubscription,
    NotificationPage,
    Preferences,
    PreferencesPatch,
    PushSubscription,
    PushSubscriptions,
    ReadCount,
    ReportChoices,
    ReportPatch,
    UnreadCount,
)

Token = Annotated[str, Parameter(max_length=100)]


@get("/", right=Right.ME, operation_id="list_notifications", summary="List one's notifications")
async def list_notifications(read: Read, is_unread: bool = False, page: int = 1, limit: int = 20) -> NotificationPage:
    """What the caller was told, newest first."""
    return await read_notifications(read, is_unread=is_unread, page=page, limit=limit)


@get("/unread/count", right=Right.ME, operation_id="count_unread", summary="Count the unread")
async def count_unread(read: Read) -> UnreadCount:
    """How many are unread, counted up to 100."""
    return UnreadCount(await count(read))


@patch(
    "/{notification_id:int}/read",
    right=Right.ME,
    status_code=204,
    operation_id="read_notification",
    summary="Mark read",
)
async def read_notification(tx: Tx, notification_id: int) -> None:
    """Mark one read; again changes nothing."""
    await mark_read(tx, notification_id)


@patch("/read-all", right=Right.ME, operation_id="read_all_notifications", summary="Mark all read")
async def read_all_notifications(tx: Tx) -> ReadCount:
    """Mark all of the caller's read."""
    return ReadCount(await mark_all_read(tx))


@get("/preferences", right=Right.ME, operation_id="get_notification_preferences", summary="What one is told")
async def get_notification_preferences(read: Read) -> Preferences:
    """The grid of topic and channel, and quiet hours."""
    return await read_preferences(read)


@patch(
    "/preferences", right=Right.ME, operation_id="update_notification_preferences", summary="Choose what one is told"
)
async def update_notification_preferences(tx: Tx, data: PreferencesPatch) -> Preferences:
    """Change the cells and hours named."""
    return await choices.update_notification_preferences(tx, data)


@get("/reports", right=Right.ANALYTICS_READ, operation_id="get_report_choices", summary="Pages one gets by e-mail")
async def get_report_choices(read: Read) -> ReportChoices:
    """Pages of the dashboards, and how often each comes as a PDF of the caller's teams."""
    return await read_reports(read)


@patch("/reports", right=Right.ME, operation_id="update_report_choices", summary="Choose pages by e-mail")
async def update_report_choices(tx: Tx, data: ReportPatch) -> ReportChoices:
    """Change the cells named. For staff."""
    return await reports.update_report_choices(tx, data)


@get("/push", right=Right.ME, operation_id="list_push_subscriptions", summary="The browsers one is told in")
async def list_push_subscriptions(read: Read, state: State) -> PushSubscriptions:
    """The caller's browsers, and the key that a browser subscribes with."""
    push_key = state.settings.push_key
    return PushSubscriptions(
        public_key=public_key(push_key) if push_key else None, subscriptions=await read_subscriptions(read)
    )


@post("/push", right=Right.ME, operation_id="subscribe_push", summary="Be told in a browser")
async def subscribe_push(tx: Tx, state: State, data: NewPushSubscription) -> PushSubscription:
    """Keep how to reach a browser; one that is known is kept anew, for the caller."""
    return await push.subscribe_push(tx, data, state.settings)


@delete("/push/{subscription_id:int}", right=Right.ME, operation_id="unsubscribe_push", summary="No more in a browser")
async def unsubscribe_push(tx: Tx, subscription_id: int) -> None:
    """Forget one of the caller's browsers."""
    await push.unsubscribe_push(tx, subscription_id)


@get(
    "/unsubscribe/{token:str}",
    right=Right.PUBLIC,
    media_type=MediaType.HTML,
    operation_id="ask_unsubscribe",
    summary="Ask before stopping",
)
async def ask_unsubscribe(token: Token) -> str:
    """A page with one button: a link that a scanner opens must stop nothing."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No more e-mails</title></head><body><main>'
        '<form method="post"><button>No more e-mails of this kind</button></form></main></body></html>'
    )


@post(
    "/unsubscribe/{token:str}",
    right=Right.PUBLIC,
    status_code=204,
    operation_id="unsubscribe",
    summary="No more e-mails of this kind",
)
async def unsubscribe(tx: Tx, state: State, token: Token) -> None:
    """One click, without signing in (RFC 8058): the link is the proof."""
    found = unsubscribed(state.settings.secret_key, token)
    if found is None:
        raise NotFound("notification.unsubscribe", "This link is not one of ours.")
    await (reports.stop_reports if found[1] in REPORTS else choices.unsubscribe)(tx, *found)


@put("/{reference:str}/mute", right=Right.TICKET_READ, status_code=204, operation_id="mute_ticket", summary="Mute")
async def mute_ticket(tx: Tx, referenced_ticket_id: int) -> None:
    """Hear no more of the ticket, but where one is mentioned."""
    await choices.mute_ticket(tx, referenced_ticket_id, is_muted=True)


@delete("/{reference:str}/mute", right=Right.TICKET_READ, operation_id="unmute_ticket", summary="Unmute")
async def unmute_ticket(tx: Tx, referenced_ticket_id: int) -> None:
    """Hear of it again."""
    await choices.mute_ticket(tx, referenced_ticket_id, is_muted=False)


@get("/", right=Right.ADMIN, operation_id="list_email_templates", summary="The words of e-mails")
async def list_email_templates(read: Read) -> EmailTemplates:
    """Every topic in every language, and the variables they may use."""
    return EmailTemplates(await read_templates(read), SAMPLE)


@get("/{topic:str}/{language:str}", right=Right.ADMIN, operation_id="get_email_template", summary="One topic's words")
async def get_email_template(read: Read, topic: Topic, language: Language) -> EmailTemplate:
    """As an administrator changed them, or as they come."""
    return await read_template(read, topic, language)


@put("/{topic:str}/{language:str}", right=Right.ADMIN, operation_id="update_email_template", summary="Change the words")
async def update_email_template(tx: Tx, topic: Topic, language: Language, data: EmailTemplateChange) -> EmailTemplate:
    """Keep other words; refused with the line when they cannot be rendered."""
    return await templates.update_email_template(tx, topic, language, data)


@delete(
    "/{topic:str}/{language:str}",
    right=Right.ADMIN,
    status_code=200,
    operation_id="restore_email_template",
    summary="Restore the words",
)
async def restore_email_template(tx: Tx, topic: Topic, language: Language) -> EmailTemplate:
    """The words as they come with Redress."""
    return await templates.restore_email_template(tx, topic, language)


@post(
    "/{topic:str}/{language:str}/preview",
    right=Right.ADMIN,
    status_code=200,
    operation_id="preview_email_template",
    summary="See the words",
)
async def preview_email_template(topic: Topic, language: Language, data: EmailTemplateChange) -> EmailPreview:
    """An e-mail as it would look; nothing is kept."""
    return await templates.previewed(data, language)


router = Router(
    "/api",
    tags=["Notifications"],
    route_handlers=[
        Router(
            "/notifications",
            route_handlers=[
                list_notifications,
                count_unread,
                read_notification,
                read_all_notifications,
                get_notification_preferences,
                update_notification_preferences,
                get_report_choices,
                update_report_choices,
                list_push_subscriptions,
                subscribe_push,
                unsubscribe_push,
                ask_unsubscribe,
                unsubscribe,
            ],
        ),
        Router("/tickets", route_handlers=[mute_ticket, unmute_ticket]),
        Router(
            "/email-templates",
            route_handlers=[
                list_email_templates,
                get_email_template,
                update_email_template,
                restore_email_template,
                preview_email_template,
            ],
        ),
    ],
)
