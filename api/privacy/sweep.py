"""The minute's steps of retention: what has been kept for long enough is forgotten, a bounded batch at a time."""

from api.events.tx import Tx
from api.installation.queries import get_settings
from api.privacy.commands.words import Whose, erase_words, remove_files
from api.privacy.queries.due import ATTACHMENTS, MAILS, SESSIONS, TICKETS, before

TICKETS_BATCH = 100
FILES_BATCH = 500
ROWS_BATCH = 5_000


async def erase_closed(tx: Tx) -> int:
    """Take the words out of tickets closed long ago; returns how many, at most TICKETS_BATCH."""
    until = before(tx, await get_settings(tx), TICKETS)
    if until is None:
        return 0
    ids = await tx.values(
        f"""
        select t.id from {TICKETS.source} where {TICKETS.condition}
        order by t.closed_at, t.id limit {TICKETS_BATCH} for update skip locked
        """,
        {"before": until},
    )
    if ids:
        await erase_words(tx, Whose(ticket_ids=sorted(ids)), held_ids=())
    return len(ids)


async def drop_files(tx: Tx) -> int:
    """Take away the files of tickets closed long ago; returns how many, at most FILES_BATCH."""
    until = before(tx, await get_settings(tx), ATTACHMENTS)
    if until is None:
        return 0
    due = (
        f"select a.id from {ATTACHMENTS.source} where {ATTACHMENTS.condition} order by t.closed_at limit {FILES_BATCH}"
    )
    return await remove_files(tx, f"id in ({due})", {"before": until})


async def forget_sessions(tx: Tx) -> int:
    """Delete sessions that ended long ago, with their tokens; returns how many, at most ROWS_BATCH."""
    until = before(tx, await get_settings(tx), SESSIONS)
    return await tx.run(
        f"""
        delete from sessions where id in (
            select s.id from {SESSIONS.source} where {SESSIONS.condition}
            order by s.expires_at limit {ROWS_BATCH} for update skip locked
        )
        """,
        {"before": until},
    )


async def forget_mails(tx: Tx) -> int:
    """Forget who sent mails long ago and what they quoted; their fate stays. Returns how many, at most ROWS_BATCH."""
    until = before(tx, await get_settings(tx), MAILS)
    return await tx.run(
        f"""
        update inbound_messages set sender = null, subject = null, folded = null where id in (
            select m.id from {MAILS.source} where {MAILS.condition}
            order by m.received_at limit {ROWS_BATCH} for update skip locked
        )
        """,
        {"before": until},
    )
