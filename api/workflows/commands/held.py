"""The tickets a transaction works on, read once for as long as nothing has happened since."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from api.events.tx import Tx
from api.workflows.queries.facts import TicketState, lock_states

_held: "WeakKeyDictionary[Tx, tuple[int, dict[int, TicketState]]]" = WeakKeyDictionary()


async def hold(tx: Tx, ticket_ids: Iterable[int]) -> dict[int, TicketState]:
    """The tickets by id, locked, as they are now: whatever changes one appends an event, so that what was read at this
    length of the log still holds. Moves `tx.now` past their last change."""
    length, known = _held.get(tx, (0, {}))
    if length != len(tx.appended):
        known = {}
    asked = set(ticket_ids)
    if missing := asked - known.keys():
        known = known | await lock_states(tx, list(missing))
        for ticket in known.values():
            tx.not_before(ticket.updated_at)
    _held[tx] = (len(tx.appended), known)
    return {ticket_id: known[ticket_id] for ticket_id in asked if ticket_id in known}


def let_go(tx: Tx) -> None:
    """Know nothing of tickets any more: after something was undone."""
    _held.pop(tx, None)
