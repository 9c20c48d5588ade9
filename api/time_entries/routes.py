"""`/api/tickets/:id/time-entries` and `/api/time-entries`: time typed, timed, corrected, summed up."""

from datetime import datetime
from typing import Annotated

from litestar import Router, delete, get, patch, post
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.errors import Malformed
from api.events.idempotency import IdempotencyKey, claim, remember
from api.events.tx import Tx
from api.time_entries.commands import add_time_entry as add
from api.time_entries.commands import remove_time_entry as remove
from api.time_entries.commands import start_timer as start
from api.time_entries.commands import stop_timer as stop
from api.time_entries.commands import update_time_entry as update
from api.time_entries.queries import get_time_entry
from api.time_entries.queries import list_time_entries as read_entries
from api.time_entries.queries import list_time_totals as read_totals
from api.time_entries.wire import (
    GroupBy,
    NewTimeEntry,
    NewTimer,
    TimeEntries,
    TimeEntry,
    TimeEntryPatch,
    TimeTotals,
)

Key = Annotated[int, Parameter(ge=1, le=2**63 - 1)]


@get("/{reference:str}/time-entries", right=Right.TICKET_WORK, operation_id="list_time_entries", summary="List time")
async def list_time_entries(read: Read, referenced_ticket_id: int) -> TimeEntries:
    """Time spent on the ticket, the newest first, and its sums."""
    return await read_entries(read, referenced_ticket_id)


@post("/{reference:str}/time-entries", right=Right.TICKET_WORK, operation_id="add_time_entry", summary="Add time")
async def add_time_entry(
    tx: Tx, referenced_ticket_id: int, data: NewTimeEntry, key: IdempotencyKey = None
) -> TimeEntry:
    """Write down time spent, typed as `1h 20m`."""
    operation = f"add_time_entry:{referenced_ticket_id}"
    entry_id = await claim(tx, operation, key, data) if key else None
    if entry_id is None:
        entry_id = await add(tx, referenced_ticket_id, data)
        if key:
            await remember(tx, operation, key, entry_id)
    return await get_time_entry(tx, entry_id)


@post(
    "/{reference:str}/time-entries/start", right=Right.TICKET_WORK, operation_id="start_timer", summary="Start a timer"
)
async def start_timer(tx: Tx, referenced_ticket_id: int, data: NewTimer) -> TimeEntry:
    """Start one's timer on the ticket; a person has one."""
    return await get_time_entry(tx, await start(tx, referenced_ticket_id, data))


@post("/{entry_id:int}/stop", right=Right.TICKET_WORK, status_code=200, operation_id="stop_timer", summary="Stop it")
async def stop_timer(tx: Tx, entry_id: Key) -> TimeEntry:
    """Stop one's timer."""
    await stop(tx, entry_id)
    return await get_time_entry(tx, entry_id)


@patch("/{entry_id:int}", right=Right.TICKET_WORK, operation_id="update_time_entry", summary="Correct time")
async def update_time_entry(tx: Tx, entry_id: Key, data: TimeEntryPatch) -> TimeEntry:
    """Correct an entry of one's own."""
    await update(tx, entry_id, data)
    return await get_time_entry(tx, entry_id)


@delete("/{entry_id:int}", right=Right.TICKET_WORK, operation_id="remove_time_entry", summary="Take time back")
async def remove_time_entry(tx: Tx, entry_id: Key) -> None:
    """Take back an entry of one's own."""
    await remove(tx, entry_id)


@get("/totals", right=Right.ANALYTICS_READ, operation_id="list_time_totals", summary="Sum up time")
async def list_time_totals(
    read: Read, started_from: datetime, started_to: datetime, by: GroupBy = "ticket"
) -> TimeTotals:
    """Time by ticket, agent or customer within a range, the largest first."""
    if started_from.tzinfo is None or started_to.tzinfo is None:
        raise Malformed("time_entry.range", "Instants need an offset, such as Z.", parameter="started_from")
    return TimeTotals(await read_totals(read, by, started_from, started_to))


router = Router(
    "/api",
    tags=["Time"],
    route_handlers=[
        Router("/tickets", route_handlers=[list_time_entries, add_time_entry, start_timer]),
        Router("/time-entries", route_handlers=[stop_timer, update_time_entry, remove_time_entry, list_time_totals]),
    ],
)
