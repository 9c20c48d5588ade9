"""What happens to a ticket starts, pauses, meets and re-bases its clocks."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import UNSET

from api.events.catalogue import CommentAdded, CommentEdited, Event, TicketCreated, TicketEvent
from api.events.tx import Tx
from api.sla.commands.keep import Change, keep
from api.sla.commands.known import known_clocks
from api.sla.queries.standing import Promises, clocks_of, load_standings
from api.sla.rules.choice import choose, choose_again
from api.sla.rules.clocks import TicketClocks, advance
from api.sla.rules.facts import PublicComment, StatusChanged, TicketFact
from api.sla.rules.policy import DONE, TicketFacts


class _Choice(NamedTuple):
    """A policy is to be chosen from `at` on. `is_afresh`: what policies look at has changed; else the ticket was reopened,
    and stays with its policy, in the version that holds now, while that matches."""

    at: datetime
    is_afresh: bool


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """Advance the clocks of every ticket the batch is about: one read and one write, whatever its size."""
    happened: dict[int, list[TicketFact]] = {}
    choosing: dict[int, _Choice] = {}
    for event in events:
        fact = _fact(event)
        if fact:
            happened.setdefault(event.ticket_id or 0, []).append(fact)
        if event.ticket_id is None:
            continue
        if _is_about_policy(event):
            choosing[event.ticket_id] = _Choice(_at(event), is_afresh=True)
            happened.setdefault(event.ticket_id, [])
        elif isinstance(fact, StatusChanged) and fact.old in DONE and fact.new not in DONE:
            choosing.setdefault(event.ticket_id, _Choice(_at(event), is_afresh=False))
    if not happened:
        return
    known = known_clocks(tx)
    facts_of, promises = await _load(tx, known, happened, choosing)
    changes: list[Change] = []
    for ticket_id, facts in happened.items():
        before = known[ticket_id]
        after = before
        for fact in facts:
            after = advance(after, fact)
        if wanted := choosing.get(ticket_id):
            one = choose if wanted.is_afresh else choose_again
            if chosen := one(after, facts_of[ticket_id], promises.current, promises.calendar_now, wanted.at):
                after = advance(after, chosen)
        known[ticket_id] = after
        changes.append(Change(before=before, after=after))
    await keep(tx, changes)


async def _load(
    tx: Tx, known: dict[int, TicketClocks], happened: dict[int, list[TicketFact]], choosing: dict[int, _Choice]
) -> tuple[dict[int, TicketFacts], Promises]:
    """Fill `known` for the tickets that happened; what policies look at and promise, for those that choose."""
    wanted = [ticket_id for ticket_id in happened if ticket_id not in known or ticket_id in choosing]
    if not wanted:
        return {}, Promises([], {}, {}, {})
    standings, promises = await load_standings(tx, wanted)
    for standing in (each for each in standings if each.ticket_id not in known):
        moved = next((fact for fact in happened[standing.ticket_id] if isinstance(fact, StatusChanged)), None)
        known[standing.ticket_id] = clocks_of(standing, promises, moved.old if moved else None)
    return {standing.ticket_id: standing.facts for standing in standings}, promises


def _fact(event: Event) -> TicketFact | None:
    if isinstance(event, CommentAdded):
        if isinstance(event, CommentEdited) or event.new.is_internal or event.new.author_id is None:
            return None
        return PublicComment(at=_at(event), by_staff=event.new.is_by_staff, event_id=event.id)
    if isinstance(event, TicketEvent) and not isinstance(event, TicketCreated) and event.new.status is not UNSET:
        old = event.old.status if event.old and event.old.status is not UNSET else event.new.status
        return StatusChanged(at=_at(event), old=old, new=event.new.status, event_id=event.id)
    return None


def _is_about_policy(event: Event) -> bool:
    if not isinstance(event, TicketEvent):
        return False
    new = event.new
    changed = (new.priority, new.category_id, new.team_id)
    return isinstance(event, TicketCreated) or any(value is not UNSET for value in changed)


def _at(event: Event) -> datetime:
    assert event.occurred_at is not None
    return event.occurred_at
