"""Who is on a ticket: one Redis hash a ticket, a field a connection, forgotten when nothing more is heard.

Nothing here raises when Redis is away: then nobody is seen, and tickets work as before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.actor import Actor
from api.live.rules import PRESENCE_SECONDS, Present, State, is_agent_typing, people_of
from api.live.wire import TicketPresence

_encode = msgspec.json.Encoder().encode


class _Entry(msgspec.Struct, frozen=True):
    """What one connection said last."""

    user_id: int
    name: str
    state: State
    until: float


_decode = msgspec.json.Decoder(_Entry).decode


async def set_present(
    redis: "Redis", ticket_id: int, connection: str, actor: Actor, state: State | None, now: datetime
) -> TicketPresence | None:
    """Note what a connection of `actor` does on a ticket, None for nothing more.

    Returns who is there now when that changed for those who watch; None when it did not, or Redis is away.
    """
    key = _key(ticket_id)
    try:
        async with redis.pipeline(transaction=True) as pipe:
            pipe.hgetall(key)
            if state is None:
                pipe.hdel(key, connection)
            else:
                entry = _Entry(actor.id or 0, actor.name, state, now.timestamp() + PRESENCE_SECONDS)
                pipe.hset(key, connection, _encode(entry))
                pipe.expire(key, PRESENCE_SECONDS)
            pipe.hgetall(key)
            pipe.time()
            before, *_, after, told = await pipe.execute()
        if gone := [field for field, entry in after.items() if _decode(entry).until <= now.timestamp()]:
            await redis.hdel(key, *gone)
    except (RedisError, OSError):
        return None
    were, are = _people(before, now), _people(after, now)
    has_changed = [(p.user_id, p.state) for p in were] != [(p.user_id, p.state) for p in are]
    return _presence(ticket_id, are, _version(told)) if has_changed else None


async def list_presence(
    redis: "Redis", reader: Actor, ticket_ids: Sequence[int], now: datetime
) -> list[TicketPresence]:
    """Who is on each of these tickets, as the reader may know it: one round trip, whatever their number."""
    try:
        async with redis.pipeline(transaction=False) as pipe:
            pipe.time()
            for ticket_id in ticket_ids:
                pipe.hgetall(_key(ticket_id))
            told, *found = await pipe.execute()
    except (RedisError, OSError):
        told, found = (0, 0), [{} for _ in ticket_ids]
    version = _version(told)
    all_of_them = [_presence(i, _people(entries, now), version) for i, entries in zip(ticket_ids, found, strict=True)]
    return all_of_them if reader.is_staff else [msgspec.structs.replace(each, people=[]) for each in all_of_them]


def _key(ticket_id: int) -> str:
    return f"presence:{ticket_id}"


def _people(entries: Mapping[bytes, bytes], now: datetime) -> list[Present]:
    at = now.timestamp()
    return people_of(
        Present(user_id=entry.user_id, name=entry.name, state=entry.state, seconds_left=round(entry.until - at))
        for entry in map(_decode, entries.values())
        if entry.until > at
    )


def _version(told: tuple[int, int]) -> int:
    """Redis's clock (seconds, microseconds) as one number: connections answer in any order."""
    seconds, microseconds = told
    return seconds * 1_000_000 + microseconds


def _presence(ticket_id: int, people: list[Present], version: int) -> TicketPresence:
    typing = is_agent_typing(people)
    return TicketPresence(ticket_id=ticket_id, version=version, people=people, is_agent_typing=typing)
