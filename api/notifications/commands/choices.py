"""Choose what one is told, when there is quiet, and which tickets are mute. A person's own affair: no events."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from api.errors import Invalid
from api.events.tx import Tx
from api.notifications.queries.choices import get_notification_preferences
from api.notifications.rules.choices import ALWAYS, CHANNELS
from api.notifications.wire import Preferences, PreferencesPatch, Quiet

_CHOOSE = """
insert into notification_preferences (user_id, topic, channel, is_on, updated_at)
select %(user_id)s, c.topic, c.channel, c.is_on, %(now)s
from unnest(%(topics)s::text[], %(channels)s::text[], %(is_on)s::bool[]) as c (topic, channel, is_on)
on conflict (user_id, topic, channel) do update set is_on = excluded.is_on, updated_at = excluded.updated_at
"""


async def update_notification_preferences(tx: Tx, patch: PreferencesPatch) -> Preferences:
    """Change the cells named, the last one of a cell counts. Raises Invalid for a half of quiet hours, or the receipt."""
    cells: dict[tuple[str, str], bool] = {}
    for choice in patch.choices:
        for channel in CHANNELS:
            if (is_on := getattr(choice, channel)) is not UNSET:
                cells[choice.topic, channel] = is_on
    if tx.actor.role == "customer" and any(not cells.get((topic, "email"), True) for topic in ALWAYS):
        raise Invalid("notification.receipt", "The receipt of a complaint cannot be switched off.", field="choices")
    await choose(tx, cells)
    if patch.quiet is not UNSET:
        await _be_quiet(tx, patch.quiet)
    return await get_notification_preferences(tx)


async def choose(tx: Tx, cells: Mapping[tuple[str, str], bool]) -> None:
    """Keep the caller's choices: (topic, channel) → whether they want it. One statement."""
    if cells:
        await tx.run(
            _CHOOSE,
            {
                "user_id": tx.actor.id,
                "now": tx.now,
                "topics": [topic for topic, _ in cells],
                "channels": [channel for _, channel in cells],
                "is_on": list(cells.values()),
            },
        )


async def _be_quiet(tx: Tx, quiet: Quiet) -> None:
    if (quiet.starts_at is None) is not (quiet.ends_at is None):
        raise Invalid("notification.quiet", "Quiet hours have a start and an end.", field="quiet")
    params: dict[str, Any] = {
        "user_id": tx.actor.id,
        "starts_at": quiet.starts_at,
        "ends_at": quiet.ends_at,
        "weekdays": sorted(set(quiet.weekdays)),
        "now": tx.now,
    }
    await tx.run(
        """
        insert into quiet_hours (user_id, starts_at, ends_at, quiet_weekdays, updated_at)
        values (%(user_id)s, %(starts_at)s::time, %(ends_at)s::time, %(weekdays)s::smallint[], %(now)s)
        on conflict (user_id) do update
        set starts_at = excluded.starts_at, ends_at = excluded.ends_at, quiet_weekdays = excluded.quiet_weekdays,
            updated_at = excluded.updated_at
        """,
        params,
    )


async def unsubscribe(tx: Tx, user_id: int, topic: str) -> None:
    """No more e-mails of a topic to a person who holds the link of one; again changes nothing."""
    await tx.run(
        """
        insert into notification_preferences (user_id, topic, channel, is_on, updated_at)
        select id, %(topic)s, 'email', false, %(now)s from users where id = %(user_id)s
        on conflict (user_id, topic, channel) do update set is_on = false, updated_at = excluded.updated_at
        """,
        {"user_id": user_id, "topic": topic, "now": tx.now},
    )


async def mute_ticket(tx: Tx, ticket_id: int, *, is_muted: bool) -> None:
    """Hear no more of a ticket the caller is known to see, or again; again changes nothing."""
    statement = (
        "insert into ticket_mutes (ticket_id, user_id, created_at) values (%(ticket_id)s, %(user_id)s, %(now)s) "
        "on conflict do nothing"
        if is_muted
        else "delete from ticket_mutes where ticket_id = %(ticket_id)s and user_id = %(user_id)s"
    )
    await tx.run(statement, {"ticket_id": ticket_id, "user_id": tx.actor.id, "now": tx.now})
