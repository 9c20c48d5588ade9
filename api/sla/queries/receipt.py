"""Why a ticket's deadlines are where they are: its facts from the log, explained by the rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from api.db import Read, sql
from api.errors import NotFound
from api.installation.queries import get_settings
from api.sla.queries.standing import Promises, load_promises
from api.sla.rules.clock import elapsed_at, state_at
from api.sla.rules.clocks import calendar_of
from api.sla.rules.facts import PolicyApplied, PublicComment, StatusChanged, TicketFact, TicketOpened
from api.sla.rules.receipt import ClockReceipt as Explained
from api.sla.rules.receipt import Promise, receipts
from api.sla.wire import ClockReceipt, Receipt, ReceiptCalendar, ReceiptPolicy, ReceiptPromise, ReceiptSpan
from api.visibility import visible_tickets

MAX_FACTS = 20_000


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log that clocks depend on; the columns that its kind has not are null."""

    id: int
    occurred_at: datetime
    action: str
    old_status: str | None
    status: str | None
    by_staff: bool | None
    policy_version_id: int | None
    calendar_version_id: int | None


async def get_receipt(read: Read, ticket_id: int) -> Receipt:
    """The receipt of a ticket at `read.now`, in at most five statements. Raises NotFound for who may not read the ticket.

    Escalation steps are the house's own: a customer's receipt leaves them out.
    """
    rows = await list_facts(read, ticket_id)
    if not rows:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    settings = await get_settings(read)
    promises = await load_promises(
        read,
        {row.policy_version_id for row in rows if row.policy_version_id},
        {row.calendar_version_id for row in rows if row.calendar_version_id},
    )
    ticket, explained = receipts(ticket_id, facts_of(rows, promises), read.now, settings.at_risk_share)
    is_inside = read.actor.is_staff or read.actor.kind == "system"
    return Receipt(
        ticket_id=ticket_id,
        as_of=read.now,
        clocks=[
            _clock(one, elapsed_at(one.clock, calendar_of(ticket, one.clock), read.now), read.now)
            for one in explained
            if is_inside or not one.clock.target.startswith("escalation")
        ],
    )


async def list_facts(read: Read, ticket_id: int) -> list[FactRow]:
    """What the log says of a ticket's clocks, oldest first; nothing for who may not read the ticket."""
    visible, params = visible_tickets(read.actor)
    return await read.all(
        sql("sla/facts").replace("/*visible*/", visible),
        params | {"ticket_id": ticket_id, "limit": MAX_FACTS},
        FactRow,
    )


def facts_of(rows: Iterable[FactRow], promises: Promises) -> list[TicketFact]:
    """Rows of the log as facts. `promises` holds every version that they name."""
    return [_fact(row, promises) for row in rows]


def _fact(row: FactRow, promises: Promises) -> TicketFact:
    at, event_id = row.occurred_at, row.id
    if row.policy_version_id is not None:
        calendar = promises.calendars[row.calendar_version_id] if row.calendar_version_id else None
        return PolicyApplied(
            at=at, event_id=event_id, policy=promises.policies[row.policy_version_id], calendar=calendar
        )
    if row.by_staff is not None:
        return PublicComment(at=at, event_id=event_id, by_staff=row.by_staff)
    status = row.status or ""
    if row.action == "ticket.created":
        return TicketOpened(at=at, event_id=event_id, status=status)
    return StatusChanged(at=at, event_id=event_id, old=row.old_status or status, new=status)


def _clock(explained: Explained, elapsed: int, as_of: datetime) -> ClockReceipt:
    clock = explained.clock
    return ClockReceipt(
        target=clock.target,
        cycle=clock.cycle,
        state=state_at(clock, as_of),
        target_seconds=clock.target_seconds,
        elapsed_seconds=elapsed,
        left_seconds=max(clock.target_seconds - elapsed, 0),
        started_at=clock.started_at,
        due_at=clock.due_at,
        at_risk_at=clock.at_risk_at,
        met_at=clock.met_at,
        breached_at=clock.breached_at,
        promises=[_promise(promise) for promise in explained.promises],
        spans=[ReceiptSpan(**_fields(span)) for span in explained.spans],
        more_spans=explained.more_spans,
        more_seconds=explained.more_seconds,
    )


def _promise(promise: Promise) -> ReceiptPromise:
    calendar = promise.calendar
    return ReceiptPromise(
        at=promise.at,
        event_id=promise.event_id,
        policy=ReceiptPolicy(promise.policy.policy_id, promise.policy.name, promise.policy.version),
        calendar=ReceiptCalendar(calendar.calendar_id, calendar.name, calendar.version, calendar.time_zone)
        if calendar
        else None,
        target_seconds=promise.target_seconds,
        elapsed_seconds=promise.elapsed_seconds,
    )


def _fields(span: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(span, name) for name in span.__struct_fields__}
