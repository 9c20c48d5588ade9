"""What happens to a ticket starts, pauses, meets and re-bases its clocks.

A transaction that reacts holds its tickets' rows, so what it once knows of their clocks stays true until it ends: it is
kept for the reactions that follow, and forgotten with the transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from weakref import WeakKeyDictionary

from msgspec import UNSET
from msgspec.structs import replace

from api.events.catalogue import CommentAdded, CommentEdited, Event, TicketCreated, TicketEvent
from api.events.tx import Tx
from api.sla.commands.keep import Change, holds, keep
from api.sla.queries.standing import Promises, Standing, load_promises, load_standings
from api.sla.rules.clocks import TicketClocks, advance
from api.sla.rules.facts import PolicyApplied, PublicComment, StatusChanged, TicketFact
from api.sla.rules.policy import TicketFacts, choose_policy

_known: "WeakKeyDictionary[Tx, dict[int, TicketClocks]]" = WeakKeyDictionary()


async def react(tx: Tx, events: Sequence[Event]) -> None:
    """Advance the clocks of every ticket the batch is about: at most three reads and one write, whatever its size."""
    happened: dict[int, list[TicketFact]] = {}
    choosing: dict[int, datetime] = {}
    for event in events:
        if fact := _fact(event):
            happened.setdefault(event.ticket_id or 0, []).append(fact)
        if event.ticket_id is not None and _is_about_policy(event):
            choosing[event.ticket_id] = event.occurred_at or tx.now
            happened.setdefault(event.ticket_id, [])
    if not happened:
        return
    known = _known.setdefault(tx, {})
    facts_of, promises = await _load(tx, known, happened, choosing)
    changes: list[Change] = []
    for ticket_id, facts in happened.items():
        before = known[ticket_id]
        after = before
        for fact in facts:
            after = advance(after, fact)
        at = choosing.get(ticket_id)
        if at and (chosen := _choose(after, facts_of[ticket_id], promises, at)):
            after = advance(after, chosen)
        known[ticket_id] = after
        changes.append(Change(before=before, after=after))
    await keep(tx, changes)


def forget(tx: Tx) -> None:
    """Know nothing of clocks any more: for whoever writes them by a statement of their own."""
    _known.pop(tx, None)


async def _load(
    tx: Tx, known: dict[int, TicketClocks], happened: dict[int, list[TicketFact]], choosing: dict[int, datetime]
) -> tuple[dict[int, TicketFacts], Promises]:
    """Fill `known` for the tickets that happened; what policies look at and promise, for those that choose."""
    wanted = [ticket_id for ticket_id in happened if ticket_id not in known or ticket_id in choosing]
    if not wanted:
        return {}, Promises([], {}, {}, {})
    standings = await load_standings(tx, wanted)
    fresh = [standing for standing in standings if standing.ticket_id not in known]
    versions = {clock.policy_version_id for standing in fresh for clock in standing.clocks}
    versions |= {standing.policy_version_id for standing in fresh if standing.policy_version_id}
    calendars = {clock.calendar_version_id for standing in fresh for clock in standing.clocks}
    calendars |= {standing.calendar_version_id for standing in fresh}
    promises = await load_promises(tx, versions, {version for version in calendars if version})
    for standing in fresh:
        known[standing.ticket_id] = _clocks_of(standing, happened[standing.ticket_id], promises)
    return {standing.ticket_id: standing.facts for standing in standings}, promises


def _clocks_of(standing: Standing, facts: list[TicketFact], promises: Promises) -> TicketClocks:
    moved = next((fact for fact in facts if isinstance(fact, StatusChanged)), None)
    return TicketClocks(
        ticket_id=standing.ticket_id,
        # the row shows the status after the events
        status=moved.old if moved else standing.status,
        is_answered=standing.is_answered,
        policy=promises.policies[standing.policy_version_id] if standing.policy_version_id else None,
        calendar=promises.calendars[standing.calendar_version_id] if standing.calendar_version_id else None,
        clocks=standing.clocks,
        policies=promises.policies,
        calendars=promises.calendars,
        at_risk_share=standing.at_risk_share,
    )


def _fact(event: Event) -> TicketFact | None:
    if isinstance(event, CommentAdded):
        if isinstance(event, CommentEdited) or event.new.is_internal:
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


def _choose(ticket: TicketClocks, facts: TicketFacts, promises: Promises, at: datetime) -> PolicyApplied | None:
    """The policy that holds from `at` on, or None when it is the one that holds already."""
    policy = choose_policy(promises.current, facts)
    if policy is None:
        return None
    calendar = promises.calendar_now.get(policy.calendar_id) if policy.calendar_id else None
    chosen = PolicyApplied(at=at, policy=policy, calendar=calendar)
    return None if holds(ticket) == holds(replace(ticket, policy=policy, calendar=calendar)) else chosen


def _at(event: Event) -> datetime:
    assert event.occurred_at is not None
    return event.occurred_at
