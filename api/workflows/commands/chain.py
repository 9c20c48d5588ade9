"""Who fired whom within a transaction: what keeps a workflow from its own changes, and a chain from going on for ever."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal
from weakref import WeakKeyDictionary

from api.events.catalogue import Event
from api.events.tx import Tx
from api.workflows.rules.loops import MAX_CHAIN

Pair = tuple[int, int]
"""(workflow, ticket)"""


class Chain:
    """What a person's or the system's change sets off. Its links may be many at each depth, so that their number is
    bounded as well: a workflow acts on a ticket at most MAX_CHAIN times, at most MAX_CHAIN deep."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.acted: Counter[Pair] = Counter()
        self.stopped: set[Pair] = set()


class Link:
    """Workflows that act now, one after another, at one depth; by ticket, which of them acted on it."""

    def __init__(self, chain: Chain) -> None:
        self.depth = len(chain.links) + 1
        self.acted: dict[int, set[int]] = {}
        self._chain = chain

    def enter(self, workflow_id: int, ticket_id: int) -> Literal["acts", "stops", "stopped"]:
        """Whether the workflow may act on the ticket now; or is stopped, which is told once."""
        pair = (workflow_id, ticket_id)
        if self.depth > MAX_CHAIN or self._chain.acted[pair] >= MAX_CHAIN:
            is_told = pair in self._chain.stopped
            self._chain.stopped.add(pair)
            return "stopped" if is_told else "stops"
        self._chain.acted[pair] += 1
        self.acted.setdefault(ticket_id, set()).add(workflow_id)
        return "acts"

    @contextmanager
    def attempt(self) -> Generator[None]:
        """When the block raises, what was entered within it is forgotten, and it raises."""
        acted, stopped = self._chain.acted.copy(), self._chain.stopped.copy()
        try:
            yield
        except BaseException:
            self._chain.acted, self._chain.stopped = acted, stopped
            self.acted = {}
            raise


_chains: "WeakKeyDictionary[Tx, Chain]" = WeakKeyDictionary()


@contextmanager
def next_link(tx: Tx) -> Generator[Link]:
    """The link that acts within the block, one deeper than the one within which it was set off."""
    chain = _chains.setdefault(tx, Chain())
    link = Link(chain)
    chain.links.append(link)
    try:
        yield link
    finally:
        chain.links.pop()
        if not chain.links:
            del _chains[tx]


def is_own_change(tx: Tx, workflow_id: int, event: Event) -> bool:
    """Whether the event is the workflow's own doing: its change, or what the system made of its changes to the ticket."""
    if event.workflow_id is not None:
        return event.workflow_id == workflow_id
    chain = _chains.get(tx)
    return chain is not None and workflow_id in chain.links[-1].acted.get(event.ticket_id or 0, ())
