"""Which pages of the dashboards a person wants by e-mail, and whose are due."""

from collections.abc import Sequence

import msgspec

from api.db import Read
from api.deliveries.queries import list_known_keys
from api.notifications.rules.reports import CADENCES, PAGES, Due, topic
from api.notifications.wire import ReportChoice, ReportChoices

MAX_READERS = 2_000


class ReportTeam(msgspec.Struct, frozen=True):
    id: int
    name: str


class ReportReader(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff and the topics (`weekly_backlog`, …) they chose."""

    id: int
    name: str
    email: str
    role: str
    teams: list[ReportTeam]
    topics: list[str]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One e-mail to make: for whom, which report, and the pages in it."""

    due: Due
    reader: ReportReader
    pages: list[str]


async def get_report_choices(read: Read) -> ReportChoices:
    """Every page there is, and how often the reader gets it."""
    on = set(
        await read.values(
            "select topic from notification_preferences where user_id = %(user_id)s and channel = 'email' and is_on",
            {"user_id": read.actor.id},
        )
    )
    return ReportChoices(
        [ReportChoice(page=page, **{cadence: topic(cadence, page) in on for cadence in CADENCES}) for page in PAGES]
    )


async def list_wanted_reports(read: Read, found: Sequence[Due]) -> list[Wanted]:
    """E-mails that are due and not made yet, of active staff. Two statements."""
    if not found:
        return []
    readers = await read.all(
        """
        select u.id, u.name, u.email, u.role, array_agg(p.topic order by p.topic) as topics,
               coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by t.id)
                         from team_members m join teams t on t.id = m.team_id where m.user_id = u.id), '[]') as teams
        from notification_preferences p
        join users u on u.id = p.user_id and u.is_active and u.role in ('agent', 'admin')
        where p.channel = 'email' and p.is_on and p.topic = any(%(topics)s)
        group by u.id order by u.id limit %(limit)s
        """,
        {"topics": [topic(due.cadence, page) for due in found for page in PAGES], "limit": MAX_READERS},
        ReportReader,
    )
    wanted = [
        Wanted(due=due, reader=reader, pages=pages)
        for due in found
        for reader in readers
        if (pages := [page for page in PAGES if topic(due.cadence, page) in reader.topics])
    ]
    known = await list_known_keys(read, [each.due.key(each.reader.id) for each in wanted])
    return [each for each in wanted if each.due.key(each.reader.id) not in known]
