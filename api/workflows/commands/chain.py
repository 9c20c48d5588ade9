"""Who fired whom within a transaction: what keeps a workflow from its own changes, and a chain from going on for ever."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from api.events.catalogue import Event
from api.events.tx import Tx
from api.workflows.rules.loops import MAX_CHAIN


class Link:
    """Workflows that act now, one after another, at one depth of the chain; by ticket, which of them acted on it."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.acted: dict[int, set[int]] = {}

    @property
    def is_too_deep(self) -> bool:
        return self.depth > MAX_CHAIN

    def add(self, workflow_id: int, ticket_ids: Iterable[int]) -> None:
        """The workflow acts on these tickets."""
        for ticket_id in ticket_ids:
            self.acted.setdefault(ticket_id, set()).add(workflow_id)


_chains: "WeakKeyDictionary[Tx, list[Link]]" = WeakKeyDictionary()


@contextmanager
def next_link(tx: Tx) -> Generator[Link]:
    """The link that acts within the block, one deeper than the one within which it was set off."""
    chain = _chains.setdefault(tx, [])
    chain.append(Link(len(chain) + 1))
    try:
        yield chain[-1]
    finally:
        chain.pop()


def is_own_change(tx: Tx, workflow_id: int, event: Event) -> bool:
    """Whether the event is the workflow's own doing: its change, or what the system made of its changes to the ticket."""
    if event.workflow_id is not None:
        return event.workflow_id == workflow_id
    chain = _chains.get(tx)
    return bool(chain) and workflow_id in chain[-1].acted.get(event.ticket_id or 0, ())
