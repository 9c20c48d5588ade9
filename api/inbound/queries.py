"""Reads of what came in, and of what an arriving mail is about."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from api.db import Read
from api.errors import NotFound
from api.inbound.wire import Fate, FateKind, InboundMessage, InboundPage, InboundText
from api.pages import COUNT_CAP, pagination, window
from api.visibility import visible_tickets

LIMIT_WINDOW = timedelta(hours=1)


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who has an address, and how many mails came from it within LIMIT_WINDOW. `id` is None when nobody has it."""

    id: int | None
    name: str | None
    role: str | None
    is_active: bool | None
    sent: int


class Answered(msgspec.Struct, frozen=True):
    """The ticket that a mail answers, as its sender may see it."""

    id: int
    status: str


async def find_fate(read: Read, message_id: str) -> Fate | None:
    """What became of the mail of that id, if it was here before."""
    return await read.one(
        "select id, fate, reason, ticket_id, comment_id from inbound_messages where message_id = %(id)s",
        {"id": message_id},
        Fate,
    )


async def get_sender(read: Read, address: str) -> Sender:
    """Who sends from the address. A refusal for too many does not count, or nobody could ever write again."""
    sender = await read.one(
        """
        select u.id, u.name, u.role, u.is_active,
               (select count(*) from inbound_messages m
                where m.sender = %(address)s and m.received_at > %(since)s and m.reason is distinct from 'too_many') as sent
        from (values (1)) one left join users u on lower(u.email) = %(address)s
        """,
        {"address": address, "since": read.now - LIMIT_WINDOW},
        Sender,
    )
    assert sender is not None
    return sender


async def list_tickets_of_mails(read: Read, message_ids: Sequence[str]) -> list[int]:
    """Tickets that earlier mails of these ids went to, in the order of the ids."""
    return await read.values(
        """
        select m.ticket_id from unnest(%(ids)s::text[]) with ordinality as r (message_id, n)
        join inbound_messages m on m.message_id = r.message_id
        where m.ticket_id is not null order by r.n
        """,
        {"ids": list(message_ids)},
    )


async def find_answered(read: Read, ticket_ids: Sequence[int]) -> Answered | None:
    """The first of the tickets that the actor may see; of one that was merged, the one it lives on in."""
    visible, params = visible_tickets(read.actor)
    return await read.one(
        f"""
        with recursive lives_in as (
            select n, ticket_id as id from unnest(%(ids)s::bigint[]) with ordinality as w (ticket_id, n)
            union
            select l.n, m.merged_into_id from lives_in l join tickets m on m.id = l.id where m.merged_into_id is not null
        )
        select t.id, t.status from lives_in l join tickets t on t.id = l.id
        where t.merged_into_id is null and {visible} order by l.n limit 1
        """,
        params | {"ids": list(ticket_ids)},
        Answered,
    )


async def list_messages(
    read: Read, *, fate: FateKind | None, sender: str | None, ticket_id: int | None, page: int, limit: int
) -> InboundPage:
    """One page of mails, newest first. Each filter has its index."""
    size, offset = window(page, limit)
    visible, params = visible_tickets(read.actor)
    wanted = {"fate": fate, "sender": sender.lower() if sender else None, "ticket_id": ticket_id}
    given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    conditions = [f"(m.ticket_id is null or {visible})", *(f"m.{name} = %({name})s" for name in given)]
    source = f"from inbound_messages m left join tickets t on t.id = m.ticket_id where {' and '.join(conditions)}"
    bounds = params | given | {"limit": size, "offset": offset, "cap": COUNT_CAP + 1}
    rows = await read.all(
        f"""
        select m.id, m.message_id, m.sender, m.subject, m.fate, m.reason, m.size_bytes, m.user_id, m.ticket_id,
               t.number as ticket_number, m.comment_id, m.folded is not null as is_folded, m.received_at
        {source} order by m.id desc limit %(limit)s offset %(offset)s
        """,
        bounds,
        InboundMessage,
    )
    total = await read.value(f"select count(*) from (select 1 {source} limit %(cap)s) counted", bounds)
    return InboundPage(rows, pagination(total, page, limit))


async def get_text(read: Read, comment_id: int) -> InboundText:
    """The whole text of the mail a comment came in, with what it quoted. Raises NotFound when it quoted nothing, came
    otherwise, or is on a ticket the reader may not see."""
    visible, params = visible_tickets(read.actor)
    text = await read.value(
        f"""
        select m.folded from inbound_messages m join tickets t on t.id = m.ticket_id
        where m.comment_id = %(comment_id)s and {visible}
        """,
        params | {"comment_id": comment_id},
    )
    if text is None:
        raise NotFound("inbound.not_folded", "This comment came with no more words.")
    return InboundText(text)
