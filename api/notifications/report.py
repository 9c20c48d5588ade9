"""Make and send the e-mail that brings pages of the dashboards: a PDF each, and a link to the page as it is now."""

from base64 import b64decode
from email.message import EmailMessage
from urllib.parse import urlsplit

from api.deliveries.commands import Claimed
from api.notifications.letter import new_message, rendered, stoppable, unsubscribe_url
from api.notifications.queries.letters import Addressee
from api.notifications.rules.report_words import TITLES, report_words
from api.settings import Settings

FRONT = "backlog"
"""The dashboards' front page, which has no path of its own."""


def page_url(settings: Settings, page: str) -> str:
    """Where a page of the dashboards is: at a port of the web app's host, so that its session counts there."""
    at = urlsplit(settings.url)
    return f"{at.scheme}://{at.hostname}:{settings.dashboards_port}/{'' if page == FRONT else page}"


async def report_message(to: Addressee, delivery: Claimed, settings: Settings) -> EmailMessage:
    """The message of a delivery of reports. One that is sent again has no files, but the links."""
    language = to.language if to.language in TITLES else "en"
    payload = delivery.payload or {}
    titles, files = TITLES[language], dict[str, str](payload.get("files") or {})
    pages = [page for page in payload.get("pages", []) if page in titles]
    values = {
        "recipient": {"name": to.name},
        "installation": {"name": to.branding_name, "url": settings.url},
        "report": {
            "since": payload.get("since", ""),
            "until": payload.get("until", ""),
            "pages": [{"title": titles[page], "url": page_url(settings, page)} for page in pages],
            "preferences_url": f"{settings.url}/preferences#reports",
        },
    }
    stop_at = unsubscribe_url(settings, delivery.user_id or 0, delivery.kind)
    subject, text, html = await rendered(report_words(delivery.kind, language), values, language, stop_at)
    message = stoppable(new_message(delivery, settings, to.email, subject, text, html), stop_at)
    for page in pages:
        if page in files:
            name = f"redress-{page}-{payload.get('since')}-to-{payload.get('until')}.pdf"
            message.add_attachment(b64decode(files[page]), maintype="application", subtype="pdf", filename=name)
    return message


def kept_of(delivery: Claimed) -> dict[str, object]:
    """What is kept of the payload once it was sent: all but the files."""
    return {name: value for name, value in (delivery.payload or {}).items() if name in ("since", "until", "pages")}
