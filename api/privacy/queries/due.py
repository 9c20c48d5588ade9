"""What retention would forget now: the same conditions that the sweep deletes by, counted."""

from datetime import timedelta
from typing import Any

import msgspec

from api.db import Read
from api.installation.queries import get_settings
from api.installation.rules import InstallationSettings
from api.pages import COUNT_CAP
from api.privacy.wire import Retention
from api.visibility import visible_tickets

GRACE = timedelta(hours=1)
"""What grows too old by the minute starts a sweep of its own only so often; any other sweep takes it along."""


class Kind(msgspec.Struct, frozen=True):
    """What is forgotten after the days of a setting: rows of `source` (a table and its joins) that meet `condition`."""

    setting: str
    source: str
    condition: str
    is_of_tickets: bool = False
    """Whether the source joins `tickets AS t`."""


TICKETS = Kind(
    "retention_closed_tickets_days",
    "tickets t",
    "t.status = 'closed' and t.erased_at is null and t.closed_at < %(before)s",
    is_of_tickets=True,
)
ATTACHMENTS = Kind(
    "retention_attachments_days",
    "attachments a join tickets t on t.id = a.ticket_id",
    "t.status = 'closed' and t.closed_at < %(before)s",
    is_of_tickets=True,
)
SESSIONS = Kind("retention_sessions_days", "sessions s", "s.expires_at < %(before)s")
MAILS = Kind(
    "retention_deliveries_days",
    "inbound_messages m",
    "m.received_at < %(before)s and (m.sender is not null or m.subject is not null or m.folded is not null)",
)
KINDS: dict[str, Kind] = {
    "closed_tickets": TICKETS,
    "attachments": ATTACHMENTS,
    "sessions": SESSIONS,
    "mails": MAILS,
    "deliveries": Kind(
        "retention_deliveries_days", "deliveries d", "d.created_at < %(before)s and d.status <> 'waiting'"
    ),
    "read_notifications": Kind("retention_read_notifications_days", "notifications n", "n.read_at < %(before)s"),
}


def before(read: Read, settings: InstallationSettings, kind: Kind) -> Any:
    """The instant before which things of this kind are forgotten, or None where they are kept for ever."""
    days: int | None = getattr(settings, kind.setting)
    return None if days is None else read.now - timedelta(days=days)


async def list_retention(read: Read) -> list[Retention]:
    """Of each kind, how much is due. One statement for each, bounded by COUNT_CAP."""
    settings = await get_settings(read)
    return [
        Retention(
            kind=name,
            setting=kind.setting,
            days=getattr(settings, kind.setting),
            due=await _count(read, kind, before(read, settings, kind)),
        )
        for name, kind in KINDS.items()
    ]


async def is_retention_overdue(read: Read) -> bool:
    """Whether something should have been forgotten for longer than GRACE. At most one indexed statement for each kind."""
    settings = await get_settings(read)
    for kind in KINDS.values():
        instant = before(read, settings, kind)
        if instant is not None and await read.value(
            f"select exists (select from {kind.source} where {kind.condition})", {"before": instant - GRACE}
        ):
            return True
    return False


async def _count(read: Read, kind: Kind, instant: Any) -> int:
    if instant is None:
        return 0
    visible, params = visible_tickets(read.actor) if kind.is_of_tickets else ("true", {})
    return await read.value(
        f"select count(*) from (select from {kind.source} where {kind.condition} and {visible} limit {COUNT_CAP}) due",
        params | {"before": instant},
    )
