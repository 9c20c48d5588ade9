"""Where workflows call each other in a circle. Conditions may break it; the depth of a chain always does."""

from collections import deque

import msgspec

MAX_CHAIN = 5
"""So many workflows in a row, each fired by the one before; then the chain stops, with an event."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow as far as circles go: what pulls it, and what it pulls."""

    id: int
    trigger: str
    sets_off: frozenset[str]


def circles(start: Link, others: list[Link]) -> list[list[int]]:
    """The shortest circle through `start` by each workflow it calls, as ids in order. Its own changes do not call it."""
    found = [_way_back(first, start, others) for first in others if first.trigger in start.sets_off]
    return [[start.id, *way] for way in found if way]


def _way_back(first: Link, goal: Link, links: list[Link]) -> list[int]:
    waiting = deque([(first, [first.id])])
    seen = {first.id}
    while waiting:
        link, way = waiting.popleft()
        if goal.trigger in link.sets_off:
            return way
        for following in links:
            if following.trigger in link.sets_off and following.id not in seen:
                seen.add(following.id)
                waiting.append((following, [*way, following.id]))
    return []
