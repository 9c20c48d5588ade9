"""Change many tickets at once, and take it back: the same number of statements for one as for five hundred."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import UNSET

from api.errors import Conflict, Invalid, NotFound, Problem
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.installation.rules import InstallationSettings
from api.tickets.commands.lock import LockedTicket, lock_many
from api.tickets.commands.plan import Plan, Wish, plan
from api.tickets.commands.write import write_bulk
from api.tickets.wire import BulkChange, BulkResult, BulkTicket


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket was before, and the version it has since: what taking it back needs."""

    version: int
    wish: Wish


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    ticket: BulkTicket
    undo: Undo | None = None


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    results: list[dict[str, object]]
    undone_at: datetime | None


async def change_tickets(tx: Tx, data: BulkChange) -> BulkResult:
    """Make every ticket what is wished, or say of it why not; each that changes gets its events.

    Raises Invalid when the agent or team wished for is none.
    """
    settings = await _settings_and_references(tx, data)
    tickets = await lock_many(tx, data.ticket_ids)
    wishes = {ticket.id: _wish(ticket, data) for ticket in tickets}
    return await _carry_out(tx, data.ticket_ids, tickets, wishes, settings, "requested")


async def undo_bulk(tx: Tx, bulk_id: int) -> BulkResult:
    """Write back what the tickets of one's own bulk change were; those changed since are left, and named.

    Raises NotFound when it is another's, Conflict when it was taken back before.
    """
    stored = await tx.one(
        "select results, undone_at from bulk_changes where id = %(id)s and actor_id = %(actor_id)s for update",
        {"id": bulk_id, "actor_id": tx.actor.id},
        _Stored,
    )
    if stored is None:
        raise NotFound("bulk.not_found", "There is no such bulk change of yours.")
    if stored.undone_at is not None:
        raise Conflict("bulk.undone", "This was taken back before.")
    undos = {kept.ticket.id: kept.undo for kept in msgspec.convert(stored.results, list[_Kept]) if kept.undo}
    tickets = await lock_many(tx, list(undos))
    wishes = {
        ticket.id: _since(ticket) if ticket.version != undos[ticket.id].version else undos[ticket.id].wish
        for ticket in tickets
    }
    await tx.run("update bulk_changes set undone_at = %(now)s where id = %(id)s", {"id": bulk_id, "now": tx.now})
    return await _carry_out(tx, list(undos), tickets, wishes, await get_settings(tx), "undone")


async def _carry_out(
    tx: Tx,
    asked: list[int],
    tickets: list[LockedTicket],
    wishes: Mapping[int, Wish | Problem],
    settings: InstallationSettings,
    reason: str,
) -> BulkResult:
    kept = {ticket_id: _Kept(ticket=_refused(ticket_id, None, _NOT_FOUND)) for ticket_id in asked}
    plans: list[Plan] = []
    for ticket in tickets:
        wish = wishes[ticket.id]
        try:
            if isinstance(wish, Problem):
                raise wish
            made = plan(ticket, wish, tx.actor, settings, tx.now, reason)
        except Problem as problem:
            kept[ticket.id] = _Kept(ticket=_refused(ticket.id, ticket.number, problem))
            continue
        told = BulkTicket(id=ticket.id, number=ticket.number, is_changed=bool(made.events), code=None, detail=None)
        kept[ticket.id] = _Kept(ticket=told, undo=_undo(ticket, made) if made.events else None)
        if made.events:
            plans.append(made)
    changed = {made.events[0].ticket_id: made.new for made in plans}
    bulk_id = await write_bulk(tx, changed, list(kept.values()))
    await tx.append(*(event for made in plans for event in made.events))
    return BulkResult(id=bulk_id, tickets=[each.ticket for each in kept.values()])


async def _settings_and_references(tx: Tx, data: BulkChange) -> InstallationSettings:
    """The settings, read with the check that agent and team are there: one statement. Raises Invalid."""
    known = await tx.dicts(
        """
        select (select jsonb_object_agg(name, value) from installation_settings) as settings,
               %(agent_id)s::bigint is null
                   or exists (select from users where id = %(agent_id)s and is_active and role in ('agent', 'admin')) as agent_id,
               %(team_id)s::bigint is null or exists (select from teams where id = %(team_id)s and is_active) as team_id
        """,
        {"agent_id": data.agent_id or None, "team_id": data.team_id or None},
    )
    changed = known[0].pop("settings")
    for field, is_known in known[0].items():
        if not is_known:
            raise Invalid("ticket.unknown_reference", f"{field} names nothing that is there.", field=field)
    return msgspec.convert(changed or {}, InstallationSettings)


def _wish(ticket: LockedTicket, data: BulkChange) -> Wish:
    tags = (set(ticket.tags) | set(data.add_tags)) - set(data.remove_tags)
    return Wish(
        status=data.status,
        priority=data.priority,
        assigned_agent_id=data.agent_id,
        team_id=data.team_id,
        tags=sorted(tags),
    )


def _undo(ticket: LockedTicket, made: Plan) -> Undo:
    """Each ticket's version goes up by one, however many events tell it."""
    fields = ("status", "priority", "assigned_agent_id", "team_id", "tags")
    before = {name: getattr(ticket, name) for name in fields if getattr(made.new, name) is not UNSET}
    return Undo(version=ticket.version + 1, wish=msgspec.convert(before, Wish))


_NOT_FOUND = NotFound("ticket.not_found", "There is no such ticket.")


def _since(ticket: LockedTicket) -> Conflict:
    return Conflict("ticket.stale", f"It was changed since, to version {ticket.version}; it stays as it is.")


def _refused(ticket_id: int, number: str | None, problem: Problem) -> BulkTicket:
    return BulkTicket(id=ticket_id, number=number, is_changed=False, code=problem.code, detail=problem.detail)
