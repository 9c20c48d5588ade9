"""What a transaction knows of its tickets' clocks.

A transaction that reacts holds its tickets' rows, so what it once knows of their clocks stays true until it ends: it is
kept for the reactions that follow, and forgotten with the transaction.
"""

from weakref import WeakKeyDictionary

from api.events.tx import Tx
from api.sla.rules.clocks import TicketClocks

_known: "WeakKeyDictionary[Tx, dict[int, TicketClocks]]" = WeakKeyDictionary()


def known_clocks(tx: Tx) -> dict[int, TicketClocks]:
    """The clocks by ticket id, to read and to fill."""
    return _known.setdefault(tx, {})


def forget(tx: Tx) -> None:
    """Know nothing of clocks any more: for whoever writes them by a statement of their own."""
    _known.pop(tx, None)
