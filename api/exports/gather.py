"""What an export is of: gathered before its file is made, from the reads that the API's lists and figures use."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from api.actor import Actor
from api.analytics.queries import get_backlog, get_dashboard, list_agent_productivity, list_breaches, list_trends
from api.custom_fields.queries import list_custom_fields
from api.db import Read
from api.exports.document import LISTED
from api.exports.files.analytics import Figures
from api.exports.files.tickets import TicketList
from api.exports.queries import get_customer_id, read_tickets
from api.exports.rules import COLUMNS, MAX_LISTED, columns_for, words
from api.installation.queries import get_settings
from api.tickets.queries.detail import get_ticket
from api.tickets.queries.lists import Sort, TicketFilter, conditions
from api.tickets.wire import Ticket

MAX_BREACHES = 100


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets, in which order: what the list of the API is asked for."""

    wanted: TicketFilter
    sort: Sort
    descending: bool

    def described(self) -> str:
        """The filter and the order in words."""
        chosen = {name: value for name, value in msgspec.to_builtins(self.wanted).items() if value is not None}
        said = [f"{words(name)}: {_list(value)}" for name, value in chosen.items()]
        order = f"{words(self.sort).lower()}, {'descending' if self.descending else 'ascending'}"
        return f"{'; '.join(said) or 'All that one may see'}, by {order}"


def zone_of(actor: Actor) -> str:
    """The reader's time zone, or UTC when it is none."""
    try:
        return ZoneInfo(actor.time_zone).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


async def get_ticket_list(read: Read, choice: Choice, database_url: str) -> TicketList:
    """What a process needs to read and write the tickets chosen, with the custom fields their reader may see.

    Raises Malformed for a filter that is none.
    """
    conditions(read.actor, choice.wanted)
    settings = await get_settings(read)
    fields = await list_custom_fields(read)
    return TicketList(
        database_url=database_url,
        actor=read.actor,
        now=read.now,
        wanted=choice.wanted,
        described=choice.described(),
        columns=columns_for(fields, is_staff=read.actor.is_staff),
        sort=choice.sort,
        descending=choice.descending,
        time_zone=zone_of(read.actor),
        product=settings.branding_name,
    )


async def list_listed(read: Read, choice: Choice) -> list[tuple[Any, ...]]:
    """The first MAX_LISTED tickets chosen, and one more when there are more, as values of the columns LISTED."""
    columns = [column for column in COLUMNS if column.key in LISTED]
    found: list[tuple[Any, ...]] = []
    async for rows in read_tickets(
        read, columns, choice.wanted, sort=choice.sort, descending=choice.descending, limit=MAX_LISTED + 1
    ):
        found += rows
    return found


async def get_customers_view(read: Read, ticket_id: int) -> Ticket:
    """A ticket that the reader may see, as its customer sees it: by the same predicates, nothing internal."""
    customer = Actor(id=await get_customer_id(read, ticket_id), role="customer")
    return await get_ticket(Read(read.conn, customer, read.now), ticket_id)


async def get_figures(read: Read, days: int) -> Figures:
    """The figures of `/api/analytics` for the last `days` days, with the newest MAX_BREACHES breaches."""
    return Figures(
        dashboard=await get_dashboard(read, days=days),
        backlog=await get_backlog(read),
        trends=await list_trends(read, days=days),
        breaches=await list_breaches(
            read, since=read.now - timedelta(days=days), until=read.now, page=1, limit=MAX_BREACHES
        ),
        agents=await list_agent_productivity(read, days=days),
        made_for=read.actor.name,
        product=(await get_settings(read)).branding_name,
        now=read.now,
    )


def _list(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
