"""Change a ticket's fields: subject, description, priority, category, skill, team, tags, custom fields."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from api.custom_fields.commands import lock_definitions
from api.custom_fields.rules import Definition, logged, merged, missing
from api.errors import Invalid, Problem
from api.events.catalogue import TicketEvent, TicketPriorityChanged, TicketUpdated
from api.events.fields import TicketFields
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.tickets.commands.lock import LockedTicket, lock_to_work
from api.tickets.rules.moves import is_active
from api.tickets.wire import TicketPatch

_REFERENCES = {"category_id": "categories", "skill_id": "skills", "team_id": "teams"}
_WORDS = ("subject", "description")


class VersionRequired(Problem):
    """428 (RFC 6585): without the version a change was made on, two agents could overwrite each other."""

    status, title = 428, "Version required"


async def update_ticket(tx: Tx, ticket_id: int, patch: TicketPatch) -> None:
    """Write the fields that differ and append one event, or two when the priority is among them.

    Raises VersionRequired without a version, Conflict on a stale one, Invalid naming a field that points nowhere, a
    custom field that is none or takes no such value, or one that a ticket which is done must keep.
    """
    if patch.version is UNSET:
        raise VersionRequired("ticket.version_required", "Send the version you saw, in the body or as If-Match.")
    ticket = await lock_to_work(tx, ticket_id, version=patch.version)
    changed = _changed(ticket, patch)
    definitions: Mapping[str, Definition] = {}
    if patch.custom_fields:
        definitions = await lock_definitions(tx)
        attributes = _attributes(ticket, definitions, patch)
        changed |= {"custom_attributes": attributes} if attributes != ticket.custom_attributes else {}
    if not changed:
        return
    await _check_references(tx, changed)
    assignments = ", ".join(f"{name} = %({name})s" for name in changed)
    await tx.run(
        f"update tickets set {assignments}, version = version + 1, updated_at = %(now)s where id = %(id)s",
        changed | _stored(changed) | {"id": ticket.id, "now": tx.now},
    )
    await tx.append(*_events(ticket, changed, definitions))


def _changed(ticket: LockedTicket, patch: TicketPatch) -> dict[str, Any]:
    given = {name: getattr(patch, name) for name in patch.__struct_fields__ if name not in ("version", "custom_fields")}
    if given["tags"] is not UNSET:
        given["tags"] = sorted(set(given["tags"]))
    return {name: value for name, value in given.items() if value is not UNSET and value != getattr(ticket, name)}


def _attributes(ticket: LockedTicket, definitions: Mapping[str, Definition], patch: TicketPatch) -> dict[str, Any]:
    given = patch.custom_fields or {}
    after = merged(definitions, ticket.custom_attributes, given, by_customer=False)
    emptied = [key for key in given if definitions[key].is_required and key not in after]
    if emptied and not is_active(ticket.status):
        raise missing(emptied)
    return after


def _stored(changed: dict[str, Any]) -> dict[str, Any]:
    attributes = changed.get("custom_attributes")
    return {} if attributes is None else {"custom_attributes": msgspec.json.encode(attributes).decode()}


async def _check_references(tx: Tx, changed: dict[str, Any]) -> None:
    for name, table in _REFERENCES.items():
        if changed.get(name) is not None and not await tx.value(
            f"select true from {table} where id = %(id)s", {"id": changed[name]}
        ):
            raise Invalid("ticket.unknown_reference", f"{name} names nothing that is there.", field=name)


def _events(ticket: LockedTicket, changed: dict[str, Any], definitions: Mapping[str, Definition]) -> list[TicketEvent]:
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
    for values in (before, after):
        if "custom_attributes" in values:
            values["custom_attributes"] = logged(definitions, ticket.salt, values["custom_attributes"])
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
