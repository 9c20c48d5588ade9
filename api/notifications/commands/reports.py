"""Choose which pages come by e-mail, stop them, and put one e-mail of them into the queue. A person's own affair: no events."""

from base64 import b64encode
from collections.abc import Mapping

from api.deliveries.commands import NewDelivery, enqueue
from api.errors import Forbidden
from api.events.tx import Tx
from api.notifications.commands.choices import choose
from api.notifications.queries.reports import Wanted, get_report_choices
from api.notifications.rules.reports import CADENCES, KINDS, PAGES, topic
from api.notifications.wire import ReportChoices, ReportPatch


async def update_report_choices(tx: Tx, patch: ReportPatch) -> ReportChoices:
    """Change the cells named; the last one of a cell counts. Raises Forbidden for a customer."""
    if not tx.actor.is_staff:
        raise Forbidden("notification.reports", "The dashboards are for staff.")
    cells = {
        (topic(cadence, choice.page), "email"): is_on
        for choice in patch.reports
        for cadence in CADENCES
        if isinstance(is_on := getattr(choice, cadence), bool)
    }
    await choose(tx, cells)
    return await get_report_choices(tx)


async def stop_reports(tx: Tx, user_id: int, kind: str) -> None:
    """No more e-mails of a kind in KINDS to a person, whatever pages they chose; again changes nothing."""
    await tx.run(
        """
        update notification_preferences set is_on = false, updated_at = %(now)s
        where user_id = %(user_id)s and channel = 'email' and is_on and topic = any(%(topics)s)
        """,
        {"user_id": user_id, "now": tx.now, "topics": [topic(KINDS[kind], page) for page in PAGES]},
    )


async def enqueue_report(tx: Tx, wanted: Wanted, files: Mapping[str, bytes]) -> None:
    """Send the pages (page → PDF) to their reader, once: of two at the same time only one goes out."""
    due, reader = wanted.due, wanted.reader
    payload = {
        "since": f"{due.since}",
        "until": f"{due.until}",
        "pages": list(files),
        "files": {page: b64encode(file).decode() for page, file in files.items()},
    }
    await enqueue(
        tx,
        [
            NewDelivery(
                channel="email",
                kind=f"{due.cadence}_report",
                user_id=reader.id,
                recipient=reader.email,
                payload=payload,
                dedupe_key=due.key(reader.id),
            )
        ],
    )
