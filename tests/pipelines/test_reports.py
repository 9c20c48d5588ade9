"""Pages of the dashboards by e-mail: who chose them gets them once, as they may see them, until they click them away."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from anyio import to_thread
from pypdf import PdfReader

from api.db import Database
from api.errors import Forbidden
from api.notifications.commands.reports import stop_reports, update_report_choices
from api.notifications.queries.reports import get_report_choices
from api.notifications.rules.addresses import unsubscribed
from api.notifications.rules.reports import due
from api.notifications.wire import ReportChoicePatch, ReportPatch
from api.servers.processes import free_port
from api.settings import Settings
from api.worker import Worker
from pipelines.operations.reports import send_reports
from pipelines.product import why_report
from tests.acting import Acting
from tests.api.notifications.test_mail import Postbox
from tests.dashboards.lake import build
from tests.worlds import World

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


async def test_chosen_pages_come_once_as_files_of_the_readers_teams_and_one_click_stops_them(
    db: Database, world: World, settings: Settings, postbox: tuple[Postbox, str], tmp_path: Path
) -> None:
    box, smtp_url = postbox
    root = build(tmp_path / "lake", tickets=40)
    told = {"lake_url": root, "smtp_url": smtp_url, "mail_from": "Redress <redress@example.com>"}
    posting, acting = msgspec.structs.replace(settings, **told), Acting(db, world)
    for who, page in (("agent", "compliance"), ("admin", "topics")):
        patch = ReportPatch(reports=[ReportChoicePatch(page=page, weekly=True)])
        chosen = await acting.do(who, update_report_choices, patch)
        assert [choice.page for choice in chosen.reports if choice.weekly] == [page]
    with pytest.raises(Forbidden):
        await acting.do("customer", update_report_choices, ReportPatch(reports=[]))

    assert await to_thread.run_sync(why_report, posting, MONDAY - timedelta(hours=9)) is None
    assert await to_thread.run_sync(send_reports, posting, MONDAY) == 2
    assert await to_thread.run_sync(send_reports, posting, MONDAY + timedelta(hours=1)) == 0
    await Worker(db, posting, lambda: MONDAY + timedelta(minutes=1)).drain()

    (letter,) = box.to("agent@example.com")
    (file,) = letter.iter_attachments()
    assert file.get_filename() == "redress-compliance-2026-11-16-to-2026-11-22.pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(file.get_content())).pages)
    assert "16 Nov to 22 Nov 2026" in text
    assert "all teams" not in text
    (other,) = box.to("admin@example.com")
    assert "2026-11-16 to 2026-11-22" in other["Subject"]

    found = unsubscribed(posting.secret_key, letter["List-Unsubscribe"].strip("<>").rpartition("/")[2])
    assert found == (world.agent, "weekly_report")
    await acting.do("system", stop_reports, *found)
    async with db.open_read(world.actor("agent"), world.now) as read:
        assert not any(choice.weekly for choice in (await get_report_choices(read)).reports)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), []),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), [("weekly", date(2026, 11, 16), 7)]),
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), [("monthly", date(2026, 2, 1), 28)]),
        (
            datetime(2027, 2, 1, 12, 0, tzinfo=UTC),
            [("weekly", date(2027, 1, 25), 7), ("monthly", date(2027, 1, 1), 31)],
        ),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), []),
    ],
)
def test_reports_are_due_on_the_morning_after_what_they_are_about(
    at: datetime, found: list[tuple[str, date, int]]
) -> None:
    assert [(each.cadence, each.since, each.days) for each in due(at, "Europe/Berlin")] == found
