"""Change a ticket's fields: subject, description, priority, category, skill, team, tags."""

from typing import Any

import msgspec
from msgspec import UNSET

from api.errors import Invalid, Problem
from api.events.catalogue import TicketEvent, TicketPriorityChanged, TicketUpdated
from api.events.fields import TicketFields
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.tickets.commands.lock import LockedTicket, lock_to_work
from api.tickets.wire import TicketPatch

_REFERENCES = {"category_id": "categories", "skill_id": "skills", "team_id": "teams"}
_WORDS = ("subject", "description")


class VersionRequired(Problem):
    """428 (RFC 6585): without the version a change was made on, two agents could overwrite each other."""

    status, title = 428, "Version required"


async def update_ticket(tx: Tx, ticket_id: int, patch: TicketPatch) -> None:
    """Write the fields that differ and append one event, or two when the priority is among them.

    Raises VersionRequired without a version, Conflict on a stale one, Invalid naming a field that points nowhere.
    """
    if patch.version is UNSET:
        raise VersionRequired("ticket.version_required", "Send the version you saw, in the body or as If-Match.")
    ticket = await lock_to_work(tx, ticket_id, version=patch.version)
    changed = _changed(ticket, patch)
    if not changed:
        return
    await _check_references(tx, changed)
    assignments = ", ".join(f"{name} = %({name})s" for name in changed)
    await tx.run(
        f"update tickets set {assignments}, version = version + 1, updated_at = %(now)s where id = %(id)s",
        changed | {"id": ticket.id, "now": tx.now},
    )
    await tx.append(*_events(ticket, changed))


def _changed(ticket: LockedTicket, patch: TicketPatch) -> dict[str, Any]:
    given = {name: getattr(patch, name) for name in patch.__struct_fields__ if name != "version"}
    if given["tags"] is not UNSET:
        given["tags"] = sorted(set(given["tags"]))
    return {name: value for name, value in given.items() if value is not UNSET and value != getattr(ticket, name)}


async def _check_references(tx: Tx, changed: dict[str, Any]) -> None:
    for name, table in _REFERENCES.items():
        if changed.get(name) is not None and not await tx.value(
            f"select true from {table} where id = %(id)s", {"id": changed[name]}
        ):
            raise Invalid("ticket.unknown_reference", f"{name} names nothing that is there.", field=name)


def _events(ticket: LockedTicket, changed: dict[str, Any]) -> list[TicketEvent]:
    before = {name: getattr(ticket, name) for name in changed}
    events: list[TicketEvent] = []
    if "priority" in changed:
        events.append(
            TicketPriorityChanged(
                entity_id=ticket.id,
                ticket_id=ticket.id,
                old=TicketFields(priority=before.pop("priority")),
                new=TicketFields(priority=changed["priority"]),
            )
        )
    after = {name: value for name, value in changed.items() if name != "priority"}
    if after:
        events.append(
            TicketUpdated(
                entity_id=ticket.id,
                ticket_id=ticket.id,
                old=_fields(ticket.salt, before),
                new=_fields(ticket.salt, after),
            )
        )
    return events


def _fields(salt: bytes, values: dict[str, Any]) -> TicketFields:
    hashed = {
        (f"{name}_sha256" if name in _WORDS else name): (salted_sha256(salt, value) if name in _WORDS else value)
        for name, value in values.items()
    }
    return msgspec.convert(hashed, TicketFields)
